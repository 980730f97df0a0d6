package io.bop.aof.testkit.objectstore;

import io.bop.aof.io.Disk;
import io.bop.aof.io.DiskFile;
import io.bop.aof.io.Host;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The real disk, of which one method fails when told to. */
final class DiskFaults {

  private volatile @Nullable String method;
  private volatile @Nullable Path path;
  private volatile @Nullable IOException failure;
  private volatile @Nullable IOException writeFailure;

  /** Calls of {@code name} whose first argument is {@code where} fail; null: wherever. */
  void fail(String name, @Nullable Path where, IOException with) {
    path = where;
    failure = with;
    method = name;
  }

  /** All writes to files opened from now on fail; null: they work. */
  void failWrites(@Nullable IOException with) {
    writeFailure = with;
  }

  void heal() {
    method = null;
  }

  Host host() {
    Host real = Host.system();
    return real.withDisk(proxy(Disk.class, real.disk()));
  }

  private <T> T proxy(Class<T> type, T target) {
    Object proxy =
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, called, arguments) -> call(target, called, arguments));
    return type.cast(proxy);
  }

  private Object call(Object target, Method called, Object @Nullable [] arguments)
      throws Throwable {
    IOException write = writeFailure;
    if (write != null && called.getName().equals("write")) {
      throw write;
    }
    IOException planned = failure;
    boolean here = path == null || arguments != null && arguments[0].equals(path);
    if (planned != null && called.getName().equals(method) && here) {
      throw planned;
    }
    try {
      Object result = called.invoke(target, arguments);
      return result instanceof DiskFile file ? proxy(DiskFile.class, file) : result;
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
