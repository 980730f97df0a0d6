package io.bop.aof.testkit.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessageCodecTest {

  private static final StepId STEP = new StepId(70, 1L << 40);

  private static final List<Message> ALL =
      List.of(
          new Message.Opening(),
          new Message.Opened(1, true, 2, 3, 4, "five"),
          new Message.OpenRefused("why"),
          new Message.StreamFound(TortureStream.QUIET, 1, 2, 3),
          new Message.RecordRead(TortureStream.MIXED, 9, new RecordId(1, 2, 3), -4),
          new Message.StreamRead(TortureStream.FLUSHED),
          new Message.Verified(),
          new Message.ArchivedFound(TortureStream.MEMORY, 8),
          new Message.Intended(STEP),
          new Message.Acknowledged(STEP, 77),
          new Message.Refused(STEP, Message.Refusal.DISK_FULL),
          new Message.Unknown(STEP),
          new Message.Seen(TortureStream.MEMORY, 6, new RecordId(4, 5, 6)),
          new Message.Truncating(TortureStream.MIXED, 10),
          new Message.Truncated(TortureStream.MIXED, 9),
          new Message.Closed(),
          new Message.Failed("what"));

  @Test
  void decodesWhatItEncodes() throws IOException {
    for (Message message : ALL) {
      byte[] frame = MessageCodec.encode(message);
      assertThat(MessageCodec.decode(new ByteArrayInputStream(frame))).isEqualTo(message);
    }
  }

  @Test
  void coversEveryMessage() {
    assertThat(ALL.stream().map(Message::getClass).distinct())
        .hasSize(Message.class.getPermittedSubclasses().length);
  }

  @Test
  void takesMessageThatWasCutOffForTheEnd() throws IOException {
    for (Message message : ALL) {
      byte[] frame = MessageCodec.encode(message);
      for (int length = 0; length < frame.length; length++) {
        byte[] cut = Arrays.copyOf(frame, length);
        assertThat(MessageCodec.decode(new ByteArrayInputStream(cut))).isNull();
      }
    }
  }

  @Test
  void shortensTextSoThatOneWriteTakesIt() throws IOException {
    byte[] frame = MessageCodec.encode(new Message.Failed("\u20ac".repeat(5_000)));
    assertThat(frame.length).isLessThanOrEqualTo(4096);
    assertThat(MessageCodec.decode(new ByteArrayInputStream(frame)))
        .isInstanceOf(Message.Failed.class);
  }
}
