package io.bop.aof.follower;

import io.bop.aof.AofReader;
import io.bop.aof.AofStream;
import io.bop.aof.AppendRequest;
import io.bop.aof.AppendReservation;
import io.bop.aof.AppendResult;
import io.bop.aof.ReadFrom;
import io.bop.aof.ReadOnlyStoreException;
import io.bop.aof.ReadOptions;
import io.bop.aof.SegmentState;
import io.bop.aof.StreamSnapshot;
import io.bop.aof.Tier;
import io.bop.aof.VerifyReport;
import io.bop.aof.manifest.SegmentEntry;
import io.bop.aof.manifest.StreamLedger;
import io.bop.aof.read.ReadView;
import io.bop.aof.read.ReaderOpening;
import io.bop.aof.tier1.WarmFiles;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** One stream of a follower. */
final class FollowedStream implements AofStream {

  private final FollowerStore store;
  private final FollowedTail tail;
  private final ReadView view;
  private final WarmFiles warm;

  FollowedStream(FollowerStore store, FollowedTail tail, ReadView view, WarmFiles warm) {
    this.store = store;
    this.tail = tail;
    this.view = view;
    this.warm = warm;
  }

  void advance() {
    tail.advance();
  }

  void end() {
    tail.waits().wakeAll();
  }

  @Override
  public String name() {
    return tail.name();
  }

  // ---- reading

  @Override
  public AofReader reader(ReadFrom from) {
    return reader(from, ReadOptions.defaults());
  }

  @Override
  public AofReader reader(ReadFrom from, ReadOptions options) {
    store.checkOpen();
    return ReaderOpening.open(view, from, options, store::isClosed);
  }

  // ---- state

  private StreamLedger ledger() {
    return view.ledger();
  }

  @Override
  public long startOffset() {
    return Math.min(ledger().startOffset(), tail.nextOffset());
  }

  @Override
  public long nextOffset() {
    return tail.nextOffset();
  }

  @Override
  public long durableOffset() {
    return tail.durableOffset();
  }

  @Override
  public long archivedOffset() {
    return tail.durableOffset();
  }

  @Override
  public StreamSnapshot snapshot() {
    List<StreamSnapshot.Segment> segments = new ArrayList<>();
    for (SegmentEntry entry : ledger().segments()) {
      if (entry.state() != SegmentState.RETIRED && entry.nextOffset() <= nextOffset()) {
        segments.add(segment(entry));
      }
    }
    long end = nextOffset();
    return new StreamSnapshot(
        name(),
        tail.id(),
        startOffset(),
        end,
        end,
        end,
        0,
        segments,
        null,
        new StreamSnapshot.Traffic(0, 0, view.counts().snapshot()));
  }

  private StreamSnapshot.Segment segment(SegmentEntry entry) {
    Set<Tier> tiers = EnumSet.noneOf(Tier.class);
    if (warm.contains(entry.streamId(), entry.segmentId())) {
      tiers.add(Tier.TIER1);
    }
    if (entry.in(Tier.TIER2)) {
      tiers.add(Tier.TIER2);
    }
    return new StreamSnapshot.Segment(
        entry.segmentId(),
        entry.state(),
        tiers,
        entry.missing(Tier.TIER2),
        entry.baseOffset(),
        entry.nextOffset(),
        entry.bytes(),
        entry.compressedBytes(),
        entry.minTimestamp(),
        entry.maxTimestamp(),
        entry.in(Tier.TIER2) ? entry.objectKey() : null);
  }

  /** Nothing was appended here, so there is nothing to wait for. */
  @Override
  public void flush() {
    store.checkOpen();
  }

  // ---- what a follower does not do

  private ReadOnlyStoreException readOnly(String operation) {
    store.checkOpen();
    return store.readOnly(operation + " stream=" + name());
  }

  @Override
  public long append(byte[] payload) {
    throw readOnly("append");
  }

  @Override
  public long append(ByteBuffer payload) {
    throw readOnly("append");
  }

  @Override
  public AppendResult.Appended append(AppendRequest request) {
    throw readOnly("append");
  }

  @Override
  public AppendResult.Appended appendAll(List<AppendRequest> batch) {
    throw readOnly("append");
  }

  @Override
  public CompletableFuture<AppendResult.Appended> appendAsync(AppendRequest request) {
    return CompletableFuture.failedFuture(readOnly("append"));
  }

  @Override
  public AppendResult tryAppend(byte[] payload) {
    throw readOnly("append");
  }

  @Override
  public AppendReservation reserve(int payloadLength) {
    throw readOnly("append");
  }

  @Override
  public void seal() {
    throw readOnly("seal");
  }

  @Override
  public int prefetch(long from, long to) {
    throw readOnly("prefetch");
  }

  @Override
  public VerifyReport verify(long from, long to) {
    throw readOnly("verify");
  }

  @Override
  public void truncateBefore(long offset) {
    throw readOnly("truncate");
  }
}
