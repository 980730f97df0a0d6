package io.bop.aof.spring.boot.endpoint;

import io.bop.aof.AofStore;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.Banner;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;

/** An application with the endpoint, spoken to over HTTP. */
final class EndpointApplication implements AutoCloseable {

  private final ConfigurableApplicationContext context;
  private final HttpClient client = HttpClient.newHttpClient();

  private EndpointApplication(ConfigurableApplicationContext context) {
    this.context = context;
  }

  record Answer(int status, String body) {}

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Application {}

  static EndpointApplication start(@Nullable AofStore store, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--server.port=0");
    all.add("--server.address=127.0.0.1");
    all.add("--management.endpoints.web.exposure.include=aof");
    all.add("--logging.level.root=warn");
    all.add("--management.otlp.metrics.export.enabled=false");
    return new EndpointApplication(
        new SpringApplicationBuilder(Application.class)
            .bannerMode(Banner.Mode.OFF)
            .initializers(
                context -> {
                  if (store != null) {
                    ((GenericApplicationContext) context).registerBean(AofStore.class, () -> store);
                  }
                })
            .run(all.toArray(String[]::new)));
  }

  AofStore store() {
    return context.getBean(AofStore.class);
  }

  Answer get(String path) throws IOException, InterruptedException {
    return send(request(path).GET().build());
  }

  Answer post(String path, String json) throws IOException, InterruptedException {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json))
            .build());
  }

  private HttpRequest.Builder request(String path) {
    String port = context.getEnvironment().getRequiredProperty("local.server.port");
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/actuator/aof" + path));
  }

  private Answer send(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
    return new Answer(answer.statusCode(), answer.body());
  }

  @Override
  public void close() {
    context.close();
  }
}
