package io.bop.aof.objectstore.s3;

import io.bop.aof.objectstore.ObjectMetadata;
import io.bop.aof.objectstore.ObjectStoreException;
import io.bop.aof.objectstore.ObjectStoreException.Reason;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * One request for bytes of an object: carries what arrives to where it belongs. Lives on the
 * threads of its connection.
 */
final class Download implements AsyncResponseTransformer<GetObjectResponse, GetObjectResponse> {

  private static final int PARTIAL = 206;

  private final Landing landing;
  private final Exchange exchange;
  private final long position;
  private final CompletableFuture<GetObjectResponse> end = new CompletableFuture<>();
  private volatile @Nullable GetObjectResponse response;
  private volatile @Nullable ObjectStoreException refused;

  /** From {@code position} of the object on. */
  Download(Landing landing, Exchange exchange, long position) {
    this.landing = landing;
    this.exchange = exchange;
    this.position = position;
  }

  @Override
  public CompletableFuture<GetObjectResponse> prepare() {
    return end;
  }

  @Override
  public void onResponse(GetObjectResponse head) {
    exchange.moved();
    response = head;
    refused = refusal(head);
  }

  @Override
  public void onStream(SdkPublisher<ByteBuffer> publisher) {
    @Nullable GetObjectResponse head = response;
    boolean partial = head != null && head.sdkHttpResponse().statusCode() == PARTIAL;
    publisher.subscribe(new Intake(partial ? 0 : position));
  }

  @Override
  public void exceptionOccurred(Throwable error) {
    end.completeExceptionally(error);
  }

  private @Nullable ObjectStoreException refusal(GetObjectResponse head) {
    long length = head.contentLength() == null ? -1 : head.contentLength();
    @Nullable String range = head.contentRange();
    boolean partial = head.sdkHttpResponse().statusCode() == PARTIAL;
    if (partial && range != null && !range.startsWith("bytes " + position + "-")) {
      return wrong("service sent another range", "position=" + position + " range=" + range);
    }
    if (!partial && length > Integer.MAX_VALUE - 8) {
      return wrong("object is too large to read at once", "size=" + length);
    }
    String etag = head.eTag() == null ? "" : head.eTag();
    String crc32c = S3ObjectStore.ours(head.metadata()).getOrDefault(ObjectMetadata.CRC32C, "");
    if (length < 0 && landing.isUnsized() && crc32c.isEmpty()) {
      // Nothing could tell the whole object from a part of it.
      return wrong("service does not say how long the object is", "etag=" + etag);
    }
    if (!landing.announce(this, etag, length, crc32c)) {
      return wrong("object changed while it was read", "etag=" + etag);
    }
    return null;
  }

  private ObjectStoreException wrong(String phrase, String facts) {
    return exchange.failures().of(Reason.CORRUPT, phrase, facts);
  }

  /** Takes the body, without what comes before the position when the range was ignored. */
  private final class Intake implements Subscriber<ByteBuffer> {
    private long skip;
    private @Nullable Subscription subscription;

    Intake(long skip) {
      this.skip = skip;
    }

    @Override
    public void onSubscribe(Subscription granted) {
      subscription = granted;
      @Nullable ObjectStoreException why = refused;
      if (why == null) {
        granted.request(Long.MAX_VALUE);
      } else {
        fail(why);
      }
    }

    @Override
    public void onNext(ByteBuffer bytes) {
      exchange.moved();
      exchange.meter().received(bytes.remaining());
      int skipped = (int) Math.min(skip, bytes.remaining());
      skip -= skipped;
      bytes.position(bytes.position() + skipped);
      if (!bytes.hasRemaining() || end.isDone()) {
        return;
      }
      if (!landing.take(Download.this, bytes)) {
        // The range was ignored, and the service goes on behind what was asked for.
        cancel();
        complete();
      }
    }

    @Override
    public void onError(Throwable error) {
      end.completeExceptionally(error);
    }

    @Override
    public void onComplete() {
      complete();
    }

    private void complete() {
      @Nullable GetObjectResponse head = response;
      if (head == null) {
        end.completeExceptionally(new IllegalStateException("body without a head"));
      } else {
        landing.ended(Download.this);
        end.complete(head);
      }
    }

    private void fail(Throwable why) {
      cancel();
      end.completeExceptionally(why);
    }

    private void cancel() {
      @Nullable Subscription granted = subscription;
      if (granted != null) {
        granted.cancel();
      }
    }
  }
}
