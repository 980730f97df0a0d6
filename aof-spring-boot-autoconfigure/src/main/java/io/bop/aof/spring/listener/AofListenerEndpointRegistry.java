package io.bop.aof.spring.listener;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.SmartLifecycle;

/**
 * All listener containers of an application context, by id. Starts and stops those that it made
 * with the context; those that are beans themselves are only known to it. Thread-safe.
 */
public final class AofListenerEndpointRegistry implements SmartLifecycle {

  private final ObjectProvider<AofListenerContainer> beans;
  private final Map<String, AofListenerContainer> own = new TreeMap<>();
  private boolean running;

  /**
   * An empty registry.
   *
   * @param beans containers that are beans, asked for when they are needed
   */
  public AofListenerEndpointRegistry(ObjectProvider<AofListenerContainer> beans) {
    this.beans = beans;
  }

  /**
   * Makes a container, and starts it if the context runs already and the endpoint wants it.
   *
   * @throws IllegalArgumentException when there is one of that id, or options are out of range
   */
  public AofListenerContainer register(
      AofListenerEndpoint endpoint, AofListenerContainerFactory factory) {
    AofListenerContainer container = factory.createContainer(endpoint);
    boolean start;
    synchronized (own) {
      if (own.containsKey(endpoint.id())) {
        throw new IllegalArgumentException(twoHave(endpoint.id()));
      }
      own.put(endpoint.id(), container);
      start = running && container.isAutoStartup();
    }
    if (start) {
      container.start();
      if (!isRunning()) {
        // The context stopped meanwhile, and did not see it run.
        container.stop();
      }
    }
    return container;
  }

  /** Stops a container that was registered, and forgets it; its places stay. */
  public void unregister(String id) {
    AofListenerContainer container;
    synchronized (own) {
      container = own.get(id);
    }
    if (container != null) {
      // The id is free for another one when this one does not use its places any more.
      container.stop();
      synchronized (own) {
        own.remove(id, container);
      }
    }
  }

  /** The container of that id. */
  public Optional<AofListenerContainer> find(String id) {
    return Optional.ofNullable(all().get(id));
  }

  /** All containers, sorted by id. */
  public Collection<AofListenerContainer> containers() {
    return all().values();
  }

  /** All containers as they are now, sorted by id; read from memory. */
  public List<AofListenerSnapshot> snapshots() {
    return containers().stream().map(AofListenerContainer::snapshot).toList();
  }

  /** See {@link AofListenerContainer#start()}. */
  public void start(String id) {
    required(id).start();
  }

  /** See {@link AofListenerContainer#stop()}. */
  public void stop(String id) {
    required(id).stop();
  }

  /** See {@link AofListenerContainer#pause()}. */
  public void pause(String id) {
    required(id).pause();
  }

  /** See {@link AofListenerContainer#resume()}. */
  public void resume(String id) {
    required(id).resume();
  }

  private AofListenerContainer required(String id) {
    Map<String, AofListenerContainer> all = all();
    AofListenerContainer found = all.get(id);
    if (found == null) {
      throw new IllegalArgumentException("no such listener: id=" + id + " known=" + all.keySet());
    }
    return found;
  }

  private Map<String, AofListenerContainer> all() {
    Map<String, AofListenerContainer> all = new TreeMap<>();
    beans.stream().forEach(container -> all.put(container.id(), container));
    synchronized (own) {
      all.putAll(own);
    }
    return all;
  }

  private List<AofListenerContainer> registered(boolean nowRunning) {
    synchronized (own) {
      running = nowRunning;
      return new ArrayList<>(own.values());
    }
  }

  /**
   * Starts those that it made and that want it.
   *
   * @throws IllegalStateException when two containers, those that are beans among them, have one id
   */
  @Override
  public void start() {
    requireDifferentIds();
    for (AofListenerContainer container : registered(true)) {
      if (container.isAutoStartup()) {
        container.start();
      }
    }
  }

  private void requireDifferentIds() {
    Map<String, AofListenerContainer> all;
    synchronized (own) {
      all = new TreeMap<>(own);
    }
    beans.stream()
        .forEach(
            container -> {
              AofListenerContainer other = all.putIfAbsent(container.id(), container);
              if (other != null && other != container) {
                throw new IllegalStateException(twoHave(container.id()));
              }
            });
  }

  private static String twoHave(String id) {
    return "two listeners have one id, and would overwrite each other's places: id="
        + id
        + " action=give each an id of its own";
  }

  @Override
  public void stop() {
    registered(false).forEach(AofListenerContainer::stop);
  }

  /** Stops all of them at the same time. */
  @Override
  public void stop(Runnable callback) {
    List<AofListenerContainer> all = registered(false);
    AtomicInteger left = new AtomicInteger(all.size() + 1);
    Runnable ended =
        () -> {
          if (left.decrementAndGet() == 0) {
            callback.run();
          }
        };
    all.forEach(container -> container.stop(ended));
    ended.run();
  }

  @Override
  public boolean isRunning() {
    synchronized (own) {
      return running;
    }
  }

  @Override
  public int getPhase() {
    return AofListenerContainer.PHASE;
  }
}
