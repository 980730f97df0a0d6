package io.bop.aof.testkit.torture;

import java.io.IOException;
import java.io.OutputStream;

/**
 * The way out of a writing process: a pipe, whose content outlives it. Each message is one write.
 * Thread-safe.
 */
final class Reports {

  private final OutputStream pipe;

  Reports(OutputStream pipe) {
    this.pipe = pipe;
  }

  /** When this returns, the system has the message, whatever becomes of this process. */
  void send(Message message) {
    byte[] frame = MessageCodec.encode(message);
    try {
      synchronized (pipe) {
        pipe.write(frame);
      }
    } catch (IOException e) {
      // Nobody listens: there is nothing left to do here.
      Runtime.getRuntime().halt(TortureWriter.NOBODY_LISTENS);
    }
  }

  /** Something happened that must not happen. */
  void failed(String what, Throwable cause) {
    cause.printStackTrace();
    send(new Message.Failed(what + ": " + cause));
  }
}
