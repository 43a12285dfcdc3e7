package dev.boardcast.bus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.boardcast.bus.security.ClusterSecret;
import dev.boardcast.bus.security.MessageSigner;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SignedMessagesTest {
  private static final String OLD = "the older secret of this cluster of 32+ bytes";
  private static final String NEW = "the newer secret of this cluster of 32+ bytes";

  private final SignedMessages messages =
      new SignedMessages(MessageSigner.of(new ClusterSecret(List.of(NEW, OLD))), Clock.systemUTC());

  @Test
  void aMessageWithPartsOfItsSignatureIsTheSameMessage() {
    byte[] json = {1};
    SignedMessage sent = messages.sign("it.orders", json);
    ReplayWindow window = messages.window();
    assertArrayEquals(json, messages.verified("it.orders", sent, window));
    byte[] all = sent.signature();
    byte[] first = Arrays.copyOf(all, all.length / 2);
    byte[] second = Arrays.copyOfRange(all, all.length / 2, all.length);
    byte[] swapped = Arrays.copyOf(second, all.length);
    System.arraycopy(first, 0, swapped, second.length, first.length);
    for (byte[] other : List.of(all, first, second, swapped)) {
      var again = new SignedMessage(sent.sentMillis(), sent.nonce(), json, other);
      var refused =
          assertThrows(
              RejectedMessageException.class, () -> messages.verified("it.orders", again, window));
      assertEquals(Rejection.REPLAYED, refused.reason());
    }
  }
}
