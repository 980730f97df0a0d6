package io.bop.aof.spring.boot.docker.compose;

/** Connects the store to a service of LocalStack in a Compose file. */
final class LocalStackAofDockerComposeConnectionDetailsFactory
    extends S3DockerComposeConnectionDetailsFactory {

  private static final int PORT = 4566;

  LocalStackAofDockerComposeConnectionDetailsFactory() {
    super(PORT, "localstack/localstack", "localstack/localstack-pro");
  }

  @Override
  Account account(ComposeSettings settings) {
    return new Account(
        settings.setting("us-east-1", "DEFAULT_REGION", "AWS_DEFAULT_REGION"),
        settings.setting("test", "AWS_ACCESS_KEY_ID"),
        settings.setting("test", "AWS_SECRET_ACCESS_KEY"));
  }
}
