package io.bop.aof.testkit.objectstore.s3;

import io.bop.aof.S3Credentials;
import java.net.URI;
import java.time.Duration;
import org.gaul.s3proxy.S3ErrorCode;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.S3ProxyException;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;

/** An S3 server in this process: objects in memory, signatures checked. */
final class S3Server {

  static final S3Credentials CREDENTIALS =
      new S3Credentials("AKIATESTTESTTESTTEST", "secret-of-the-tests-0123456789abcdefghij");

  /** Bodies that are not chunked are kept in memory to check their digests. */
  private static final long LARGEST_BODY = 256L << 20;

  private final S3Proxy proxy;
  private final Buckets buckets;

  /** How far the time of a request may be from that of S3. */
  private static final Duration MOST_SKEW = Duration.ofMinutes(15);

  /** Everything is permitted to who has the key. */
  S3Server() throws Exception {
    this(new TransientNio2BlobStore(), MOST_SKEW);
  }

  private S3Server(BlobStore objects, Duration mostSkew) throws Exception {
    proxy =
        S3Proxy.builder()
            .blobStore(objects)
            .endpoint(URI.create("http://127.0.0.1:0"))
            .awsAuthentication(
                AuthenticationType.AWS_V4, CREDENTIALS.accessKey(), CREDENTIALS.secretKey())
            .maximumTimeSkew((int) mostSkew.toSeconds())
            .v4MaxNonChunkedRequestSize(LARGEST_BODY)
            .build();
    proxy.start();
    buckets = new Buckets(URI.create("http://127.0.0.1:" + port()), CREDENTIALS);
  }

  /** A server whose policy does not permit to delete objects. */
  static S3Server withoutPermissionToDelete() throws Exception {
    return new S3Server(
        new ForwardingBlobStore(new TransientNio2BlobStore()) {
          @Override
          public DeleteObjectResponse removeBlob(DeleteObjectRequest request) {
            throw new S3ProxyException(S3ErrorCode.ACCESS_DENIED);
          }
        },
        MOST_SKEW);
  }

  /** A server that takes requests of any time: somebody before it has looked at that. */
  static S3Server ofAnyTime() throws Exception {
    return new S3Server(new TransientNio2BlobStore(), Duration.ofDays(365));
  }

  int port() {
    return proxy.getPort();
  }

  Buckets buckets() {
    return buckets;
  }

  void stop() throws Exception {
    buckets.close();
    proxy.stop();
  }
}
