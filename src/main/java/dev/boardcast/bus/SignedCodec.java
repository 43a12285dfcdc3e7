package dev.boardcast.bus;

import dev.boardcast.bus.security.MessageSigner;
import io.vertx.core.buffer.Buffer;

/** Encodes signed messages: time, then nonce, JSON and signature, each with its length. */
final class SignedCodec extends WireCodec<SignedMessage> {
  static final int NONCE_BYTES = 16;
  private static final int MAX_JSON_BYTES = 65_536;

  /**
   * @param name unique on the event bus
   */
  SignedCodec(String name) {
    super(name);
  }

  @Override
  public void encodeToWire(Buffer wire, SignedMessage message) {
    wire.appendLong(message.sentMillis());
    append(wire, message.nonce());
    append(wire, message.json());
    append(wire, message.signature());
  }

  @Override
  SignedMessage decode(WireReader in) {
    return new SignedMessage(
        in.readLong(),
        in.readBytes(NONCE_BYTES),
        in.readBytes(MAX_JSON_BYTES),
        in.readBytes(MessageSigner.MAX_SIGNATURE_BYTES));
  }

  private static void append(Buffer wire, byte[] bytes) {
    wire.appendInt(bytes.length).appendBytes(bytes);
  }
}
