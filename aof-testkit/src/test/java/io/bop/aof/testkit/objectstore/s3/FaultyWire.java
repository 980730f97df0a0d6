package io.bop.aof.testkit.objectstore.s3;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * Stands between a client and a server and does to single requests what networks and services do to
 * them. Bytes pass unchanged where no fault says otherwise, so signatures stay valid.
 */
final class FaultyWire implements AutoCloseable {

  private final ServerSocket acceptor;
  private final InetSocketAddress server;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "faulty-wire");
            thread.setDaemon(true);
            return thread;
          });
  private final List<Plan> plans = new CopyOnWriteArrayList<>();
  private final List<HttpHead> seen = new CopyOnWriteArrayList<>();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile boolean down;
  private volatile WireClock clock = WireClock.none();

  private record Plan(Predicate<HttpHead> when, WireFault fault, AtomicInteger left) {}

  FaultyWire(int serverPort) throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    server = new InetSocketAddress(loopback, serverPort);
    acceptor = new ServerSocket(0, 64, loopback);
    threads.execute(this::accept);
  }

  int port() {
    return acceptor.getLocalPort();
  }

  /** The next requests of that kind meet the fault, {@code times} of them. */
  void plan(Predicate<HttpHead> when, int times, WireFault fault) {
    plans.add(new Plan(when, fault, new AtomicInteger(times)));
  }

  /** From now on requests of another time than that are refused. */
  void clock(WireClock wanted) {
    clock = wanted;
  }

  /** No more faults; requests that hang already go on hanging. */
  void heal() {
    plans.clear();
    down = false;
  }

  /** Connections are reset, old and new. */
  void down() {
    down = true;
    open.forEach(FaultyWire::reset);
  }

  /** Heads of all requests so far. */
  List<HttpHead> requests() {
    return List.copyOf(seen);
  }

  /** Forgets the requests so far. */
  void forget() {
    seen.clear();
  }

  /** Connections that are open now, on this side. */
  int connections() {
    return (int) open.stream().filter(socket -> socket.getLocalPort() == port()).count();
  }

  @Override
  public void close() throws IOException {
    acceptor.close();
    open.forEach(FaultyWire::reset);
    threads.shutdownNow();
  }

  private void accept() {
    while (!acceptor.isClosed()) {
      try {
        Socket client = acceptor.accept();
        if (down) {
          reset(client);
        } else {
          threads.execute(() -> serve(client));
        }
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    open.add(client);
    try (client) {
      client.setTcpNoDelay(true);
      InputStream requests = new BufferedInputStream(client.getInputStream(), 64 * 1024);
      boolean goesOn = true;
      while (goesOn) {
        HttpHead head = HttpHead.read(requests);
        seen.add(head);
        goesOn = serve(head, client, requests);
      }
    } catch (IOException e) {
      reset(client);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(client);
    }
  }

  /** Each request has a connection of its own to the server, which may hang up after any. */
  private boolean serve(HttpHead head, Socket client, InputStream requests)
      throws IOException, InterruptedException {
    try (Socket upstream = new Socket()) {
      upstream.connect(server);
      upstream.setTcpNoDelay(true);
      open.add(upstream);
      InputStream answers = new BufferedInputStream(upstream.getInputStream(), 64 * 1024);
      try {
        return exchange(head, new Ends(client, upstream, requests, answers), faultOf(head));
      } finally {
        open.remove(upstream);
      }
    }
  }

  private record Ends(Socket client, Socket upstream, InputStream requests, InputStream answers) {
    OutputStream toServer() throws IOException {
      return upstream.getOutputStream();
    }

    OutputStream toClient() throws IOException {
      return client.getOutputStream();
    }
  }

  private WireFault faultOf(HttpHead head) {
    for (Plan plan : plans) {
      if (plan.when().test(head) && plan.left().getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
        return plan.fault();
      }
    }
    return WireFault.none();
  }

  /** One request and its answer; false when the connection is over. */
  private boolean exchange(HttpHead head, Ends ends, WireFault fault)
      throws IOException, InterruptedException {
    if (clock.refuses(head)) {
      return answer(head, ends, clock.refusal(head.method().equals("HEAD")));
    }
    if (fault.kind() == WireFault.Kind.STATUS) {
      return answer(head, ends, fault.answer(head.method().equals("HEAD")));
    }
    if (fault.kind() == WireFault.Kind.BLACK_HOLE) {
      hang(ends.client());
      return false;
    }
    ends.toServer().write(head.bytes());
    if (head.header("expect").isEmpty()) {
      return forwardRequest(head, ends, fault) && forwardAnswer(head, ends, fault);
    }
    HttpHead first = HttpHead.read(ends.answers());
    ends.toClient().write(first.bytes());
    if (!first.isInterim()) {
      // The server does not want the body, and the client does not send it.
      forwardBody(first, ends, WireFault.none());
      return !first.closes();
    }
    return forwardRequest(head, ends, fault) && forwardAnswer(head, ends, fault);
  }

  private static boolean answer(HttpHead head, Ends ends, byte[] answer) throws IOException {
    // Who expects to be told to go on has not sent the body yet, and now does not.
    drain(ends.requests(), head.header("expect").isEmpty() ? head.length() : 0);
    ends.toClient().write(answer);
    ends.toClient().flush();
    return true;
  }

  private boolean forwardAnswer(HttpHead head, Ends ends, WireFault fault)
      throws IOException, InterruptedException {
    HttpHead answer = HttpHead.read(ends.answers());
    if (fault.kind() == WireFault.Kind.LOSE_ANSWER) {
      reset(ends.client());
      return false;
    }
    ends.toClient().write(headFor(answer, fault));
    if (head.method().equals("HEAD")) {
      return !answer.closes();
    }
    if (fault.kind() == WireFault.Kind.CHUNKED_ANSWER) {
      return forwardInChunks(answer.length(), ends, fault);
    }
    boolean whole = forwardBody(answer, ends, fault);
    return whole && !answer.closes() && fault.kind() != WireFault.Kind.ENDLESS_ANSWER;
  }

  private boolean forwardBody(HttpHead answer, Ends ends, WireFault fault)
      throws IOException, InterruptedException {
    if (answer.header("transfer-encoding").equals("chunked")) {
      forwardChunks(ends);
      return true;
    }
    boolean known = answer.headers().containsKey("content-length") || !answer.closes();
    return forwardBytes(known ? answer.length() : Long.MAX_VALUE, ends, fault);
  }

  private static byte[] headFor(HttpHead answer, WireFault fault) {
    return switch (fault.kind()) {
      case CAPITAL_NAMES -> answer.withCapitals();
      case CHUNKED_ANSWER -> answer.withoutLength("Transfer-Encoding: chunked");
      case ENDLESS_ANSWER -> answer.withoutLength("Connection: close");
      default -> answer.bytes();
    };
  }

  private static boolean forwardInChunks(long length, Ends ends, WireFault fault)
      throws IOException {
    for (long at = 0; at < length; ) {
      if (fault.reaches(WireFault.Kind.CHUNKED_ANSWER, at)) {
        ends.toClient().flush();
        return false;
      }
      byte[] chunk = ends.answers().readNBytes((int) Math.min(16 * 1024, length - at));
      String size = Integer.toHexString(chunk.length) + "\r\n";
      ends.toClient().write(size.getBytes(StandardCharsets.ISO_8859_1));
      ends.toClient().write(chunk);
      ends.toClient().write(new byte[] {'\r', '\n'});
      at += chunk.length;
    }
    ends.toClient().write("0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
    ends.toClient().flush();
    return true;
  }

  private static void forwardChunks(Ends ends) throws IOException {
    long size = 1;
    while (size > 0) {
      String line = HttpHead.line(ends.answers());
      size = Long.parseLong(line.strip(), 16);
      ends.toClient().write(line.getBytes(StandardCharsets.ISO_8859_1));
      ends.toClient().write(ends.answers().readNBytes((int) size + 2));
    }
    ends.toClient().flush();
  }

  private boolean forwardRequest(HttpHead head, Ends ends, WireFault fault)
      throws IOException, InterruptedException {
    byte[] piece = new byte[16 * 1024];
    for (long at = 0; at < head.length(); ) {
      int wanted = (int) Math.min(piece.length, head.length() - at);
      int read = ends.requests().read(piece, 0, wanted);
      if (read < 0) {
        throw new EOFException("client went away");
      }
      fault.damage(WireFault.Kind.CORRUPT_REQUEST, piece, at, read);
      if (fault.reaches(WireFault.Kind.RESET_REQUEST, at + read)) {
        reset(ends.client());
        return false;
      }
      if (fault.reaches(WireFault.Kind.STALL_REQUEST, at + read)) {
        hang(ends.client());
        return false;
      }
      if (fault.kind() == WireFault.Kind.SLOW_REQUEST) {
        TimeUnit.MILLISECONDS.sleep(fault.millis());
      }
      ends.toServer().write(piece, 0, read);
      at += read;
    }
    ends.toServer().flush();
    return true;
  }

  private boolean forwardBytes(long length, Ends ends, WireFault fault)
      throws IOException, InterruptedException {
    byte[] piece = new byte[16 * 1024];
    for (long at = 0; at < length; ) {
      int read = ends.answers().read(piece, 0, (int) Math.min(piece.length, length - at));
      if (read < 0) {
        return false;
      }
      fault.damage(WireFault.Kind.CORRUPT_ANSWER, piece, at, read);
      int passes = fault.passes(at, read);
      ends.toClient().write(piece, 0, passes);
      ends.toClient().flush();
      if (passes < read) {
        cut(ends.client(), fault);
        return false;
      }
      if (fault.kind() == WireFault.Kind.SLOW_ANSWER) {
        TimeUnit.MILLISECONDS.sleep(fault.millis());
      }
      at += read;
    }
    return true;
  }

  private void cut(Socket client, WireFault fault) throws IOException, InterruptedException {
    switch (fault.kind()) {
      case RESET_ANSWER -> reset(client);
      case STALL_ANSWER -> hang(client);
      default -> client.close();
    }
  }

  /** Says nothing more until the client hangs up. */
  private static void hang(Socket client) throws IOException {
    drain(client.getInputStream(), Long.MAX_VALUE);
  }

  private static void drain(InputStream in, long length) throws IOException {
    byte[] piece = new byte[16 * 1024];
    for (long left = length; left > 0; ) {
      int read = in.read(piece, 0, (int) Math.min(piece.length, left));
      if (read < 0) {
        return;
      }
      left -= read;
    }
  }

  private static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException e) {
      // It was closed already.
    }
  }
}
