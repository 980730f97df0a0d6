package io.bop.aof.spring.core;

import io.bop.aof.AppendRequest;
import io.bop.aof.AppendResult.Appended;
import io.bop.aof.Durability;
import io.bop.aof.RecordHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Collects one append of a template. */
final class TemplateAppend implements AppendSpec {

  private final AofTemplate template;
  private final AppendRequest.Builder request;
  private RecordHeaders headers;
  private @Nullable String stream;

  TemplateAppend(AofTemplate template, EncodedPayload payload) {
    this.template = template;
    this.request = AppendRequest.builder(payload.bytes());
    this.headers = payload.headers();
  }

  @Override
  public AppendSpec toStream(String name) {
    this.stream = name;
    return this;
  }

  @Override
  public AppendSpec withKey(Object key) {
    request.key(RecordKeys.toBytes(key));
    return this;
  }

  @Override
  public AppendSpec withHeader(String name, String value) {
    headers = headers.with(name, value);
    return this;
  }

  @Override
  public AppendSpec withHeader(String name, byte[] value) {
    headers = headers.with(name, value);
    return this;
  }

  @Override
  public AppendSpec withTimestamp(Instant timestamp) {
    request.timestamp(timestamp);
    return this;
  }

  @Override
  public AppendSpec withExtId(long extId) {
    request.extId(extId);
    return this;
  }

  @Override
  public AppendSpec expectingOffset(long offset) {
    request.expectedOffset(offset);
    return this;
  }

  @Override
  public AppendSpec durability(Durability durability) {
    request.durability(durability);
    return this;
  }

  @Override
  public AppendSpec timeout(Duration timeout) {
    request.timeout(timeout);
    return this;
  }

  @Override
  public Appended append() {
    return template.appendNow(target(), request.headers(headers));
  }

  @Override
  public CompletableFuture<Appended> appendAsync() {
    return template.appendLater(target(), request.headers(headers));
  }

  @Override
  public CompletableFuture<Appended> appendAfterCommit() {
    return template.appendAfterCommit(target(), request.headers(headers).build());
  }

  private String target() {
    return stream != null ? stream : template.defaultStream();
  }
}
