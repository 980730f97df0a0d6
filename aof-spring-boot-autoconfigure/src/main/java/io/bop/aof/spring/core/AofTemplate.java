package io.bop.aof.spring.core;

import io.bop.aof.AofException;
import io.bop.aof.AofReader;
import io.bop.aof.AofRecord;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.AppendRequest;
import io.bop.aof.AppendResult.Appended;
import io.bop.aof.ReadFrom;
import io.bop.aof.ReadOptions;
import io.bop.aof.RecordHeaders;
import io.bop.aof.StreamNames;
import io.bop.aof.spring.observation.AofTemplateObservation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ClassUtils;

/** {@link AofOperations} on an {@link AofStore}. Thread-safe. */
public class AofTemplate implements AofOperations {

  private static final boolean TRANSACTIONS =
      ClassUtils.isPresent(
          "org.springframework.transaction.support.TransactionSynchronization",
          AofTemplate.class.getClassLoader());

  private final AofStore store;
  private final AofRecordConverter converter;
  private final AofTemplateOptions options;

  /** With {@link AofTemplateOptions#defaults()}. */
  public AofTemplate(AofStore store, AofRecordConverter converter) {
    this(store, converter, AofTemplateOptions.defaults());
  }

  /** The store is used, never closed. */
  public AofTemplate(AofStore store, AofRecordConverter converter, AofTemplateOptions options) {
    this.store = Objects.requireNonNull(store, "store");
    this.converter = Objects.requireNonNull(converter, "converter");
    this.options = Objects.requireNonNull(options, "options");
  }

  @Override
  public Appended append(Object payload) {
    return newAppend(payload).append();
  }

  @Override
  public Appended append(String stream, Object payload) {
    return appendNow(stream, request(payload, null));
  }

  @Override
  public Appended append(String stream, Object key, Object payload) {
    return appendNow(stream, request(payload, key(key)));
  }

  @Override
  public Appended appendExpecting(String stream, long expectedOffset, Object payload) {
    return appendNow(stream, request(payload, null).expectedOffset(expectedOffset));
  }

  @Override
  public CompletableFuture<Appended> appendAsync(Object payload) {
    return newAppend(payload).appendAsync();
  }

  @Override
  public CompletableFuture<Appended> appendAsync(String stream, Object payload) {
    return appendLater(stream, request(payload, null));
  }

  @Override
  public CompletableFuture<Appended> appendAsync(String stream, Object key, Object payload) {
    return appendLater(stream, request(payload, key(key)));
  }

  @Override
  public Appended appendAll(String stream, Collection<?> payloads) {
    List<AppendRequest.Builder> batch = new ArrayList<>(payloads.size());
    for (Object payload : payloads) {
      batch.add(request(payload, null));
    }
    return appendBatch(stream, batch);
  }

  @Override
  public <T> Appended appendAll(
      String stream, Collection<? extends T> payloads, Function<? super T, ?> keyOf) {
    List<AppendRequest.Builder> batch = new ArrayList<>(payloads.size());
    for (T payload : payloads) {
      batch.add(request(payload, key(keyOf.apply(payload))));
    }
    return appendBatch(stream, batch);
  }

  @Override
  public Appended appendAllExpecting(String stream, long expectedOffset, Collection<?> payloads) {
    List<AppendRequest.Builder> batch = new ArrayList<>(payloads.size());
    for (Object payload : payloads) {
      AppendRequest.Builder request = request(payload, null);
      // The store takes the condition of a batch from its first request.
      batch.add(batch.isEmpty() ? request.expectedOffset(expectedOffset) : request);
    }
    return appendBatch(stream, batch);
  }

  @Override
  public CompletableFuture<Appended> appendAfterCommit(String stream, Object payload) {
    return appendAfterCommit(stream, request(payload, null).build());
  }

  @Override
  public CompletableFuture<Appended> appendAfterCommit(String stream, Object key, Object payload) {
    return appendAfterCommit(stream, request(payload, key(key)).build());
  }

  @Override
  public AppendSpec newAppend(Object payload) {
    return new TemplateAppend(this, converter.encode(payload));
  }

  @Override
  public <T> Stream<T> replay(String stream, Class<T> type) {
    return replay(stream, type, ReadFrom.earliest(), options.readOptions());
  }

  @Override
  public <T> Stream<T> replay(
      String stream, Class<T> type, ReadFrom from, ReadOptions readOptions) {
    return replayRecords(stream, from, readOptions).map(r -> converter.decode(r, type));
  }

  @Override
  public <T> Stream<AofMessage<T>> replayMessages(String stream, Class<T> type) {
    return replayMessages(stream, type, ReadFrom.earliest(), options.readOptions());
  }

  @Override
  public <T> Stream<AofMessage<T>> replayMessages(
      String stream, Class<T> type, ReadFrom from, ReadOptions readOptions) {
    return replayRecords(stream, from, readOptions).map(r -> message(stream, r, type));
  }

  @Override
  public Stream<AofRecord> replayRecords(String stream, ReadFrom from, ReadOptions readOptions) {
    return existing(stream)
        .map(s -> RecordSpliterator.upTo(end(s, readOptions), reader(s, from, readOptions)))
        .orElseGet(Stream::empty);
  }

  @Override
  public <T> Stream<AofMessage<T>> tail(String stream, Class<T> type, TailOptions tailOptions) {
    AofStream source = store.stream(stream);
    return RecordSpliterator.following(
            tailOptions, source.reader(tailOptions.from(), tailOptions.readOptions()))
        .map(r -> message(stream, r, type));
  }

  @Override
  public <T> Optional<T> readOne(String stream, long offset, Class<T> type) {
    return record(stream, offset).map(r -> converter.decode(r, type));
  }

  @Override
  public <T> Optional<AofMessage<T>> readOneMessage(String stream, long offset, Class<T> type) {
    return record(stream, offset).map(r -> message(stream, r, type));
  }

  @Override
  public void flush(String stream) {
    existing(stream).ifPresent(AofStream::flush);
  }

  @Override
  public <R extends @Nullable Object> R execute(AofCallback<R> callback) {
    return callback.doInStore(store);
  }

  /** The stream of appends that name none. */
  String defaultStream() {
    String stream = options.defaultStream();
    if (stream == null) {
      throw new IllegalStateException(
          "no default stream: action=name the stream, or set aof.template.default-stream");
    }
    return stream;
  }

  /** Every single append that waits goes through here. */
  Appended appendNow(String stream, AppendRequest.Builder request) {
    AofTemplateObservation observation = options.observation();
    return observation == null
        ? store.stream(stream).append(request.build())
        : observation.append(
            stream, List.of(request), built -> store.stream(stream).append(built.get(0)));
  }

  /** Every single append that does not wait goes through here. */
  CompletableFuture<Appended> appendLater(String stream, AppendRequest.Builder request) {
    AofTemplateObservation observation = options.observation();
    return observation == null
        ? appendLater(stream, request.build())
        : observation.appendAsync(stream, request, built -> appendLater(stream, built));
  }

  /** Every append that waits for a commit goes through here. */
  CompletableFuture<Appended> appendAfterCommit(String stream, AppendRequest request) {
    StreamNames.requireValid(stream);
    if (!TRANSACTIONS) {
      throw new IllegalStateException(
          "no transactions on the class path: action=add org.springframework:spring-tx");
    }
    return CommittedAppends.add(this, stream, request);
  }

  private CompletableFuture<Appended> appendLater(String stream, AppendRequest request) {
    try {
      return store.stream(stream).appendAsync(request);
    } catch (AofException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private Appended appendBatch(String stream, List<AppendRequest.Builder> batch) {
    if (batch.isEmpty()) {
      throw new IllegalArgumentException("nothing to append: stream=" + stream);
    }
    AofTemplateObservation observation = options.observation();
    return observation == null
        ? store.stream(stream).appendAll(batch.stream().map(AppendRequest.Builder::build).toList())
        : observation.append(stream, batch, built -> store.stream(stream).appendAll(built));
  }

  private AppendRequest.Builder request(Object payload, byte @Nullable [] key) {
    EncodedPayload encoded = converter.encode(payload);
    AppendRequest.Builder request = AppendRequest.builder(encoded.bytes());
    RecordHeaders headers = encoded.headers();
    if (!headers.isEmpty()) {
      request.headers(headers);
    }
    return key == null ? request : request.key(key);
  }

  private static byte[] key(Object key) {
    return RecordKeys.toBytes(key);
  }

  private Optional<AofStream> existing(String stream) {
    return store.findStream(StreamNames.requireValid(stream));
  }

  private Optional<AofRecord> record(String stream, long offset) {
    ReadFrom from = ReadFrom.offset(offset);
    ReadOptions readOptions = options.readOptions().withReadAhead(0);
    return existing(stream)
        .filter(s -> offset < end(s, readOptions))
        .flatMap(
            s -> {
              try (Stream<AofRecord> records =
                  RecordSpliterator.upTo(offset + 1, s.reader(from, readOptions))) {
                return records.findFirst();
              }
            });
  }

  private AofReader reader(AofStream stream, ReadFrom from, ReadOptions readOptions) {
    AofTemplateObservation observation = options.observation();
    return observation == null
        ? stream.reader(from, readOptions)
        : observation.replay(stream.name(), () -> stream.reader(from, readOptions));
  }

  private static long end(AofStream stream, ReadOptions readOptions) {
    return readOptions.visibility() == ReadOptions.Visibility.DURABLE
        ? stream.durableOffset()
        : stream.nextOffset();
  }

  private <T> AofMessage<T> message(String stream, AofRecord record, Class<T> type) {
    return AofMessage.of(stream, record, converter.decode(record, type));
  }
}
