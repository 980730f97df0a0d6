package io.bop.aof.spring.boot.docker.compose;

/** Connects the store to a service of MinIO in a Compose file. */
final class MinioAofDockerComposeConnectionDetailsFactory
    extends S3DockerComposeConnectionDetailsFactory {

  private static final int PORT = 9000;

  MinioAofDockerComposeConnectionDetailsFactory() {
    super(PORT, "minio/minio", "bitnami/minio");
  }

  @Override
  Account account(ComposeSettings settings) {
    return new Account(
        settings.setting("us-east-1", "MINIO_SITE_REGION", "MINIO_REGION"),
        settings.setting("minioadmin", "MINIO_ROOT_USER", "MINIO_ACCESS_KEY"),
        settings.setting("minioadmin", "MINIO_ROOT_PASSWORD", "MINIO_SECRET_KEY"));
  }
}
