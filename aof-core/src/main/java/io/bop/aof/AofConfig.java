package io.bop.aof;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * Everything that a store can be told. Immutable; made by a {@link Builder}, which checks it as a
 * whole. Sizes are bytes.
 */
public final class AofConfig {

  /** Largest value of {@link #maxRecordSize()}. */
  public static final int MAX_RECORD_SIZE_LIMIT = 8 * 1024 * 1024;

  private final Path root;
  private final Durability durability;
  private final Duration appendTimeout;
  private final Duration archiveLinger;
  private final int maxRecordSize;
  private final long reserveBytes;
  private final SegmentConfig segment;
  private final FlushConfig flush;
  private final Tier0Config tier0;
  private final Tier1Config tier1;
  private final HydrationConfig hydration;
  private final Tier2Config tier2;
  private final RetentionConfig retention;
  private final ManifestConfig manifest;
  private final ScrubConfig scrub;
  private final FollowerConfig follower;
  private final DrillConfig drill;
  private final Map<String, StreamConfig> streams;
  private final EngineListener listener;

  private AofConfig(Builder builder) {
    this.root = builder.root;
    this.durability = builder.durability;
    this.appendTimeout = builder.appendTimeout;
    this.archiveLinger = builder.archiveLinger;
    this.maxRecordSize = builder.maxRecordSize;
    this.reserveBytes = builder.reserveBytes;
    this.segment = builder.segment;
    this.flush = builder.flush;
    this.tier0 = builder.tier0;
    this.tier1 = builder.tier1;
    this.hydration = builder.hydration;
    this.tier2 = builder.tier2;
    this.retention = builder.retention;
    this.manifest = builder.manifest;
    this.scrub = builder.scrub;
    this.follower = builder.follower;
    this.drill = builder.drill;
    this.streams = Ordered.copyOf(builder.streams);
    this.listener = builder.listener;
  }

  /** Starts a configuration with defaults for a store in {@code root}. */
  public static Builder builder(Path root) {
    return new Builder(root);
  }

  /** The directory of the store. */
  public Path root() {
    return root;
  }

  /** How safe a record is when its append is acknowledged. Default {@link Durability#FLUSHED}. */
  public Durability durability() {
    return durability;
  }

  /** How long an append waits at most. Default 10 s. */
  public Duration appendTimeout() {
    return appendTimeout;
  }

  /** How long an {@link Durability#ARCHIVED} append waits for company. Default 1 s. */
  public Duration archiveLinger() {
    return archiveLinger;
  }

  /** Largest record in bytes: payload, key and headers. Default 1 MiB, at most 8 MiB. */
  public int maxRecordSize() {
    return maxRecordSize;
  }

  /** Bytes kept free on the disk, so that a full one can still seal and evict. Default 16 MiB. */
  public long reserveBytes() {
    return reserveBytes;
  }

  /** Sizes and age of segments. */
  public SegmentConfig segment() {
    return segment;
  }

  /** When records are forced to disk. */
  public FlushConfig flush() {
    return flush;
  }

  /** The memory-mapped tier. */
  public Tier0Config tier0() {
    return tier0;
  }

  /** The compressed tier. */
  public Tier1Config tier1() {
    return tier1;
  }

  /** How bytes come back. */
  public HydrationConfig hydration() {
    return hydration;
  }

  /** The object store. */
  public Tier2Config tier2() {
    return tier2;
  }

  /** When old segments are retired. */
  public RetentionConfig retention() {
    return retention;
  }

  /** The manifest log. */
  public ManifestConfig manifest() {
    return manifest;
  }

  /** The background verification of sealed copies. */
  public ScrubConfig scrub() {
    return scrub;
  }

  /** How a follower follows; a store that is written does not mind. */
  public FollowerConfig follower() {
    return follower;
  }

  /** The rehearsal of a restore. */
  public DrillConfig drill() {
    return drill;
  }

  /** Settings of single streams, by name. */
  public Map<String, StreamConfig> streams() {
    return streams;
  }

  /** Who is told about events and durations. */
  public EngineListener listener() {
    return listener;
  }

  /** The folder of the {@code filesystem} object store. */
  public Path filesystemTier2Root() {
    Path set = tier2.filesystemRoot();
    return set != null ? set : root.resolve("tier2");
  }

  /** A builder that starts from this configuration. */
  public Builder toBuilder() {
    Builder builder = new Builder(root);
    builder.durability = durability;
    builder.appendTimeout = appendTimeout;
    builder.archiveLinger = archiveLinger;
    builder.maxRecordSize = maxRecordSize;
    builder.reserveBytes = reserveBytes;
    builder.segment = segment;
    builder.flush = flush;
    builder.tier0 = tier0;
    builder.tier1 = tier1;
    builder.hydration = hydration;
    builder.tier2 = tier2;
    builder.retention = retention;
    builder.manifest = manifest;
    builder.scrub = scrub;
    builder.follower = follower;
    builder.drill = drill;
    builder.streams.putAll(streams);
    builder.listener = listener;
    return builder;
  }

  /** Collects settings; not thread-safe. */
  public static final class Builder {
    private final Path root;
    private Durability durability = Durability.FLUSHED;
    private Duration appendTimeout = Duration.ofSeconds(10);
    private Duration archiveLinger = Duration.ofSeconds(1);
    private int maxRecordSize = 1024 * 1024;
    private long reserveBytes = 16L * 1024 * 1024;
    private SegmentConfig segment = SegmentConfig.defaults();
    private FlushConfig flush = FlushConfig.defaults();
    private Tier0Config tier0 = Tier0Config.defaults();
    private Tier1Config tier1 = Tier1Config.defaults();
    private HydrationConfig hydration = HydrationConfig.defaults();
    private Tier2Config tier2 = Tier2Config.defaults();
    private RetentionConfig retention = RetentionConfig.defaults();
    private ManifestConfig manifest = ManifestConfig.defaults();
    private ScrubConfig scrub = ScrubConfig.defaults();
    private FollowerConfig follower = FollowerConfig.defaults();
    private DrillConfig drill = DrillConfig.defaults();
    private final Map<String, StreamConfig> streams = new LinkedHashMap<>();
    private EngineListener listener = EngineListener.NOOP;

    private Builder(Path root) {
      this.root = Objects.requireNonNull(root, "root");
    }

    /** See {@link AofConfig#durability()}. */
    public Builder durability(Durability value) {
      this.durability = Objects.requireNonNull(value, "durability");
      return this;
    }

    /** See {@link AofConfig#appendTimeout()}. */
    public Builder appendTimeout(Duration value) {
      this.appendTimeout = Objects.requireNonNull(value, "appendTimeout");
      return this;
    }

    /** See {@link AofConfig#archiveLinger()}. */
    public Builder archiveLinger(Duration value) {
      this.archiveLinger = Objects.requireNonNull(value, "archiveLinger");
      return this;
    }

    /** See {@link AofConfig#maxRecordSize()}. */
    public Builder maxRecordSize(int value) {
      this.maxRecordSize = value;
      return this;
    }

    /** See {@link AofConfig#reserveBytes()}. */
    public Builder reserveBytes(long value) {
      this.reserveBytes = value;
      return this;
    }

    /** Changes the segment settings. */
    public Builder segment(UnaryOperator<SegmentConfig> change) {
      this.segment = change.apply(segment);
      return this;
    }

    /** Changes the flush settings. */
    public Builder flush(UnaryOperator<FlushConfig> change) {
      this.flush = change.apply(flush);
      return this;
    }

    /** Changes the Tier 0 settings. */
    public Builder tier0(UnaryOperator<Tier0Config> change) {
      this.tier0 = change.apply(tier0);
      return this;
    }

    /** Changes the Tier 1 settings. */
    public Builder tier1(UnaryOperator<Tier1Config> change) {
      this.tier1 = change.apply(tier1);
      return this;
    }

    /** Changes the hydration settings. */
    public Builder hydration(UnaryOperator<HydrationConfig> change) {
      this.hydration = change.apply(hydration);
      return this;
    }

    /** Changes the Tier 2 settings. */
    public Builder tier2(UnaryOperator<Tier2Config> change) {
      this.tier2 = change.apply(tier2);
      return this;
    }

    /** Changes the retention settings. */
    public Builder retention(UnaryOperator<RetentionConfig> change) {
      this.retention = change.apply(retention);
      return this;
    }

    /** Changes the manifest settings. */
    public Builder manifest(UnaryOperator<ManifestConfig> change) {
      this.manifest = change.apply(manifest);
      return this;
    }

    /** Changes the settings of the background verification. */
    public Builder scrub(UnaryOperator<ScrubConfig> change) {
      this.scrub = change.apply(scrub);
      return this;
    }

    /** Changes the settings of a follower. */
    public Builder follower(UnaryOperator<FollowerConfig> change) {
      this.follower = change.apply(follower);
      return this;
    }

    /** Changes the settings of the rehearsal of a restore. */
    public Builder drill(UnaryOperator<DrillConfig> change) {
      this.drill = change.apply(drill);
      return this;
    }

    /** Settings of one stream. */
    public Builder stream(String name, StreamConfig value) {
      this.streams.put(name, value);
      return this;
    }

    /** See {@link AofConfig#listener()}. */
    public Builder listener(EngineListener value) {
      this.listener = Objects.requireNonNull(value, "listener");
      return this;
    }

    /**
     * The finished configuration.
     *
     * @throws InvalidConfigException naming every fault at once
     */
    public AofConfig build() {
      AofConfig config = new AofConfig(this);
      ConfigRules.check(config);
      return config;
    }
  }
}
