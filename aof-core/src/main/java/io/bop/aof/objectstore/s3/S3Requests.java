package io.bop.aof.objectstore.s3;

import io.bop.aof.S3Config;
import io.bop.aof.S3Encryption;
import io.bop.aof.objectstore.ObjectBody;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadBucketRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;
import software.amazon.awssdk.services.s3.model.Tag;
import software.amazon.awssdk.services.s3.model.Tagging;

/** Requests as the configuration wants them. Immutable. */
final class S3Requests {

  private static final String CUSTOMER_ALGORITHM = "AES256";

  private final S3Config config;
  private final String keyPrefix;
  private final @Nullable String customerKeyMd5;
  private final @Nullable AwsRequestOverrideConfiguration override;

  /**
   * For that configuration.
   *
   * @param lent whether they go through a client that is not ours
   */
  S3Requests(S3Config config, boolean lent) {
    this.config = config;
    this.override = lent ? LentClient.override() : null;
    this.keyPrefix = config.prefix().isEmpty() ? "" : config.prefix() + "/";
    this.customerKeyMd5 =
        config.encryption() instanceof S3Encryption.CustomerKey customer
            ? md5(ByteBuffer.wrap(Base64.getDecoder().decode(customer.key())))
            : null;
  }

  /**
   * How a body's checksum is sent.
   *
   * @param crc32c as a header; null: not so
   * @param trailing whether a CRC32C follows the body in {@code aws-chunked} encoding
   * @param md5 as a header; null: not so
   */
  record Sums(@Nullable String crc32c, boolean trailing, @Nullable String md5) {
    static final Sums NONE = new Sums(null, false, null);
    static final Sums TRAILING = new Sums(null, true, null);

    static Sums crc32c(int value) {
      return new Sums(crc32cHeader(value), false, null);
    }

    static Sums md5(byte[] digest) {
      return new Sums(null, false, Base64.getEncoder().encodeToString(digest));
    }
  }

  /** The service's name of a key. */
  String keyOf(String key) {
    return keyPrefix + key;
  }

  /** Our name of a key of the service, which begins with the prefix. */
  String nameOf(String serviceKey) {
    return serviceKey.substring(keyPrefix.length());
  }

  /** Without the condition. */
  PutObjectRequest.Builder put(
      String key, ObjectBody body, Map<String, String> metadata, Sums sums) {
    PutObjectRequest.Builder request =
        PutObjectRequest.builder()
            .overrideConfiguration(override)
            .bucket(config.bucket())
            .key(keyOf(key))
            .contentLength(body.size())
            .metadata(metadata)
            .contentMD5(sums.md5())
            .checksumCRC32C(sums.crc32c());
    if (sums.trailing()) {
      request.checksumAlgorithm(ChecksumAlgorithm.CRC32_C);
    }
    if (config.storageClass() != null) {
      request.storageClass(config.storageClass());
    }
    if (!config.tags().isEmpty()) {
      request.tagging(
          Tagging.builder()
              .tagSet(
                  config.tags().entrySet().stream()
                      .sorted(Map.Entry.comparingByKey())
                      .map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
                      .toList())
              .build());
    }
    encrypt(request);
    return request;
  }

  private void encrypt(PutObjectRequest.Builder request) {
    S3Encryption encryption = config.encryption();
    if (encryption instanceof S3Encryption.ManagedKeys) {
      request.serverSideEncryption(ServerSideEncryption.AES256);
    } else if (encryption instanceof S3Encryption.Kms kms) {
      request.serverSideEncryption(ServerSideEncryption.AWS_KMS).ssekmsKeyId(kms.keyId());
    } else if (encryption instanceof S3Encryption.CustomerKey customer) {
      request
          .sseCustomerAlgorithm(CUSTOMER_ALGORITHM)
          .sseCustomerKey(customer.key())
          .sseCustomerKeyMD5(customerKeyMd5);
    }
  }

  GetObjectRequest.Builder get(String key) {
    GetObjectRequest.Builder request =
        GetObjectRequest.builder()
            .overrideConfiguration(override)
            .bucket(config.bucket())
            .key(keyOf(key));
    if (config.encryption() instanceof S3Encryption.CustomerKey customer) {
      request
          .sseCustomerAlgorithm(CUSTOMER_ALGORITHM)
          .sseCustomerKey(customer.key())
          .sseCustomerKeyMD5(customerKeyMd5);
    }
    return request;
  }

  HeadObjectRequest head(String key) {
    HeadObjectRequest.Builder request =
        HeadObjectRequest.builder()
            .overrideConfiguration(override)
            .bucket(config.bucket())
            .key(keyOf(key));
    if (config.encryption() instanceof S3Encryption.CustomerKey customer) {
      request
          .sseCustomerAlgorithm(CUSTOMER_ALGORITHM)
          .sseCustomerKey(customer.key())
          .sseCustomerKeyMD5(customerKeyMd5);
    }
    return request.build();
  }

  HeadBucketRequest headBucket() {
    return HeadBucketRequest.builder()
        .overrideConfiguration(override)
        .bucket(config.bucket())
        .build();
  }

  /**
   * A page of keys.
   *
   * @param after the service's name of a key; null: from the first
   */
  ListObjectsV2Request list(String prefix, @Nullable String after, int limit) {
    return ListObjectsV2Request.builder()
        .overrideConfiguration(override)
        .bucket(config.bucket())
        .prefix(keyOf(prefix))
        .startAfter(after)
        .maxKeys(limit)
        .build();
  }

  DeleteObjectRequest delete(String key) {
    return DeleteObjectRequest.builder()
        .overrideConfiguration(override)
        .bucket(config.bucket())
        .key(keyOf(key))
        .build();
  }

  /** A CRC32C as S3 writes it: four bytes, the highest first, in Base64. */
  static String crc32cHeader(int crc32c) {
    return Base64.getEncoder().encodeToString(ByteBuffer.allocate(4).putInt(crc32c).array());
  }

  /** An MD5 as HTTP writes it; not for security. */
  static MessageDigest newMd5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has MD5", e);
    }
  }

  private static String md5(ByteBuffer bytes) {
    MessageDigest digest = newMd5();
    digest.update(bytes);
    return Base64.getEncoder().encodeToString(digest.digest());
  }
}
