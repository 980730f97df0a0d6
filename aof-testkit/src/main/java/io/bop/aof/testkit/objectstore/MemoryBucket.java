package io.bop.aof.testkit.objectstore;

import io.bop.aof.io.DiskFile;
import io.bop.aof.io.Host;
import io.bop.aof.objectstore.ObjectBody;
import io.bop.aof.objectstore.ObjectKeys;
import io.bop.aof.objectstore.ObjectMetadata;
import io.bop.aof.objectstore.ObjectPage;
import io.bop.aof.objectstore.ObjectStore;
import io.bop.aof.objectstore.ObjectStoreException;
import io.bop.aof.objectstore.ObjectStoreException.Reason;
import io.bop.aof.objectstore.ObjectSummary;
import io.bop.aof.objectstore.PutResult;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A bucket in memory that outlives the machines which use it. Each machine gets a {@linkplain #on
 * store of its own} on it; what one put, all see. Thread-safe.
 */
public final class MemoryBucket {

  private static final int MAX_PAGE = 1_000;

  private final NavigableMap<String, Stored> objects = new ConcurrentSkipListMap<>();

  private record Stored(byte[] bytes, String etag, Map<String, String> metadata) {
    ObjectSummary summary(String key, boolean listed) {
      return new ObjectSummary(key, bytes.length, etag, listed ? Map.of() : metadata);
    }
  }

  /** An empty bucket. */
  public MemoryBucket() {}

  /**
   * The bucket as seen from a machine.
   *
   * @param latency that each call takes on the machine's clock; zero: none
   */
  public ObjectStore on(Host host, Duration latency) {
    return new Store(host, latency);
  }

  /** The keys, in order. */
  public List<String> keys() {
    return List.copyOf(objects.keySet());
  }

  /** The object's bytes; empty when there is none. */
  public Optional<byte[]> content(String key) {
    return Optional.ofNullable(objects.get(key)).map(stored -> stored.bytes().clone());
  }

  /** Puts other bytes in the place of an object's, as a broken service does. */
  public void replaceContent(String key, byte[] bytes) {
    objects.computeIfPresent(
        key, (k, old) -> new Stored(bytes.clone(), old.etag(), old.metadata()));
  }

  /** Loses an object; false when there was none. */
  public boolean lose(String key) {
    return objects.remove(key) != null;
  }

  private static int crc32c(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, bytes.length);
    return (int) crc.getValue();
  }

  private final class Store implements ObjectStore {
    private final Host host;
    private final Duration latency;
    private volatile boolean closed;

    Store(Host host, Duration latency) {
      this.host = host;
      this.latency = latency;
    }

    @Override
    public PutResult putIfAbsent(String key, ObjectBody body, Map<String, String> metadata)
        throws ObjectStoreException {
      ObjectKeys.check(key);
      ObjectMetadata.check(metadata);
      travel();
      byte[] bytes = bytesOf(key, body);
      int crc = crc32c(bytes);
      if (crc != body.crc32c()) {
        throw new ObjectStoreException(
            Reason.CORRUPT, "body does not match its checksum: key=" + key, null);
      }
      String etag = ObjectMetadata.crc32cText(crc) + "-" + bytes.length;
      Stored there = objects.putIfAbsent(key, new Stored(bytes, etag, Map.copyOf(metadata)));
      return there == null ? new PutResult.Created(etag) : new PutResult.AlreadyExists();
    }

    private byte[] bytesOf(String key, ObjectBody body) throws ObjectStoreException {
      if (body instanceof ObjectBody.OfBytes given) {
        return given.bytes().clone();
      }
      ObjectBody.OfFile file = (ObjectBody.OfFile) body;
      byte[] bytes = new byte[(int) file.size()];
      try (DiskFile source = host.disk().openForRead(file.file())) {
        source.readFully(0, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ObjectStoreException(Reason.CORRUPT, "body cannot be read: key=" + key, e);
      }
      return bytes;
    }

    @Override
    public byte[] get(String key) throws ObjectStoreException {
      travel();
      return stored(key).bytes().clone();
    }

    @Override
    public void getRange(String key, long position, ByteBuffer dst) throws ObjectStoreException {
      if (position < 0) {
        throw new IllegalArgumentException("negative position: position=" + position);
      }
      travel();
      byte[] bytes = stored(key).bytes();
      if (position + dst.remaining() > bytes.length) {
        throw new ObjectStoreException(
            Reason.CORRUPT, "object ends early: key=" + key + " size=" + bytes.length, null);
      }
      dst.put(bytes, (int) position, dst.remaining());
    }

    @Override
    public Optional<ObjectSummary> head(String key) throws ObjectStoreException {
      ObjectKeys.check(key);
      travel();
      return Optional.ofNullable(objects.get(key)).map(stored -> stored.summary(key, false));
    }

    @Override
    public ObjectPage list(String prefix, @Nullable String after, int limit)
        throws ObjectStoreException {
      ObjectKeys.checkPrefix(prefix);
      if (limit < 1 || limit > MAX_PAGE) {
        throw new IllegalArgumentException("limit must be 1 to 1000: limit=" + limit);
      }
      travel();
      List<ObjectSummary> page = new ArrayList<>();
      for (Map.Entry<String, Stored> entry : objects.entrySet()) {
        String key = entry.getKey();
        if (key.startsWith(prefix) && (after == null || key.compareTo(after) > 0)) {
          if (page.size() == limit) {
            return new ObjectPage(page, true);
          }
          page.add(entry.getValue().summary(key, true));
        }
      }
      return new ObjectPage(page, false);
    }

    @Override
    public void delete(String key) throws ObjectStoreException {
      ObjectKeys.check(key);
      travel();
      objects.remove(key);
    }

    private Stored stored(String key) throws ObjectStoreException {
      ObjectKeys.check(key);
      Stored stored = objects.get(key);
      if (stored == null) {
        throw new ObjectStoreException(Reason.MISSING, "no such object: key=" + key, null);
      }
      return stored;
    }

    private void travel() throws ObjectStoreException {
      if (closed) {
        throw new ObjectStoreException(Reason.CANCELLED, "object store was closed", null);
      }
      if (latency.isZero()) {
        return;
      }
      try {
        host.threads().sleep(latency.toNanos());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ObjectStoreException(Reason.CANCELLED, "call was interrupted", e);
      }
    }

    @Override
    public String describe() {
      return "memory";
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
