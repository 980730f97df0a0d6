package io.bop.aof;

/**
 * Parts of the AWS SDK that an application lends to the store. Made by {@code
 * io.bop.aof.objectstore.s3.S3SdkParts} and by nothing else; the type is here so that a
 * configuration can be read without the SDK. Its text shows no secret.
 */
public interface S3Sdk {

  /** Whether a whole client is among them; then it alone says where the bucket is and who calls. */
  boolean hasClient();
}
