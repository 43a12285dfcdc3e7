package dev.boardcast;

import dev.boardcast.testing.WsClient;
import org.junit.jupiter.api.BeforeEach;

/** Two nodes with rules of streams, among them {@code chat.*}. */
abstract class TwoNodesCase extends AccessCase {
  private final String rules;
  Boardcast one;
  Boardcast two;

  /**
   * @param rules of streams, as in the setting
   */
  TwoNodesCase(String rules) {
    this.rules = rules;
  }

  @Override
  BoardcastOptions options() {
    return super.options().set("stream-rules", rules);
  }

  @BeforeEach
  void start() {
    one = deploy();
    two = deploy();
  }

  /** A client that has subscribed to {@code chat.1}. */
  final WsClient follower(Boardcast node, String token) {
    WsClient client = socket(node, "chat.1", token);
    client.next("subscribed");
    return client;
  }
}
