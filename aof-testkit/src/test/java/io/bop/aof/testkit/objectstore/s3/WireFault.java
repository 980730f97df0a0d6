package io.bop.aof.testkit.objectstore.s3;

import java.nio.charset.StandardCharsets;

/**
 * What happens to one request or its answer.
 *
 * @param kind what
 * @param at after so many bytes of the body, or the status
 * @param code the error code of a status
 * @param millis how slow
 */
record WireFault(Kind kind, long at, String code, long millis) {

  enum Kind {
    NONE,
    STATUS,
    BLACK_HOLE,
    SLOW_REQUEST,
    RESET_REQUEST,
    STALL_REQUEST,
    CORRUPT_REQUEST,
    LOSE_ANSWER,
    CAPITAL_NAMES,
    CHUNKED_ANSWER,
    ENDLESS_ANSWER,
    RESET_ANSWER,
    TRUNCATE_ANSWER,
    STALL_ANSWER,
    CORRUPT_ANSWER,
    SLOW_ANSWER
  }

  static WireFault none() {
    return new WireFault(Kind.NONE, 0, "", 0);
  }

  /** The server is not asked; this is the answer. */
  static WireFault status(int status, String code) {
    return new WireFault(Kind.STATUS, status, code, 0);
  }

  /** Nothing ever comes back. */
  static WireFault blackHole() {
    return new WireFault(Kind.BLACK_HOLE, 0, "", 0);
  }

  /** The server does what it was asked to, but the answer never arrives. */
  static WireFault loseAnswer() {
    return new WireFault(Kind.LOSE_ANSWER, 0, "", 0);
  }

  /** The names of the answer's headers begin with capitals, as those of servers in Go do. */
  static WireFault capitalNames() {
    return new WireFault(Kind.CAPITAL_NAMES, 0, "", 0);
  }

  /** The answer does not say how long its body is, which comes in chunks; all of it. */
  static WireFault chunkedAnswer() {
    return new WireFault(Kind.CHUNKED_ANSWER, Long.MAX_VALUE, "", 0);
  }

  /** The answer does not say how long its body is, and that ends after so many bytes. */
  static WireFault endlessAnswer(long at) {
    return new WireFault(Kind.ENDLESS_ANSWER, at, "", 0);
  }

  /** A fault of a body. */
  static WireFault body(Kind kind, long at) {
    return new WireFault(kind, at, "", 0);
  }

  /** Pauses between pieces of the request's body. */
  static WireFault slowRequest(long millis) {
    return new WireFault(Kind.SLOW_REQUEST, 0, "", millis);
  }

  /** Pauses between pieces of the answer's body. */
  static WireFault slowAnswer(long millis) {
    return new WireFault(Kind.SLOW_ANSWER, 0, "", millis);
  }

  boolean reaches(Kind which, long bytes) {
    return kind == which && bytes >= at;
  }

  /** Flips a bit if it lies in this piece. */
  void damage(Kind which, byte[] piece, long position, int length) {
    if (kind == which && at >= position && at < position + length) {
      piece[(int) (at - position)] ^= 1;
    }
  }

  /** How many bytes of a piece of an answer pass. */
  int passes(long position, int length) {
    return switch (kind) {
      case RESET_ANSWER, TRUNCATE_ANSWER, STALL_ANSWER, ENDLESS_ANSWER ->
          (int) Math.max(0, Math.min(length, at - position));
      default -> length;
    };
  }

  /** The answer of a status. */
  byte[] answer(boolean withoutBody) {
    String body =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>"
            + code
            + "</Code><Message>injected</Message><RequestId>R-17</RequestId></Error>";
    String head =
        "HTTP/1.1 "
            + at
            + " Injected\r\nContent-Type: application/xml\r\nx-amz-request-id: R-17\r\n"
            + "Content-Length: "
            + body.length()
            + "\r\n\r\n";
    return (withoutBody ? head : head + body).getBytes(StandardCharsets.ISO_8859_1);
  }
}
