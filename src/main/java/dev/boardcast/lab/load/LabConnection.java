package dev.boardcast.lab.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * One WebSocket of a client, as thin as can be: messages are handed on as bytes, in place. Masks
 * are zero, which the protocol allows. One event loop.
 */
final class LabConnection extends ByteToMessageDecoder {
  /** The line was cut without a close frame. */
  static final int CUT = 1006;

  private static final int MAX_HEAD = 16 << 10;
  private static final byte[] END_OF_HEAD = {'\r', '\n', '\r', '\n'};
  private static final int TEXT = 1;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int FINAL = 0x80;
  private static final int MASKED = 0x80;

  /** Who listens; called on the line's event loop. */
  interface Listener {
    /** The upgrade was answered. */
    void opened();

    /** Any bytes came in. */
    void heard();

    /** One read has ended, and what it brought was handed on. */
    void readEnded();

    /** A whole text message; the bytes are only lent. */
    void text(ByteBuf bytes, int from, int length);

    /**
     * The end, called once, also when it never opened.
     *
     * @param code of the close frame, {@link #CUT} without one, or the HTTP status of a refusal
     */
    void ended(int code);
  }

  private final String request;
  private final Listener listener;
  private Channel channel;
  private boolean open;
  private boolean over;
  private int code = CUT;

  /**
   * @param token may be null
   */
  LabConnection(String host, String path, String token, Listener listener) {
    this.listener = listener;
    this.request =
        "GET "
            + path
            + " HTTP/1.1\r\nHost: "
            + host
            + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: Ym9hcmRjYXN0IGxhYiBrZXk=\r\n"
            + (token == null ? "" : "Authorization: Bearer " + token + "\r\n")
            + "\r\n";
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    channel = context.channel();
    channel.writeAndFlush(Unpooled.copiedBuffer(request, StandardCharsets.US_ASCII));
    context.fireChannelActive();
  }

  /** Sends a text message of at most 65535 bytes. */
  void send(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    frame(TEXT, Unpooled.wrappedBuffer(bytes));
  }

  /** Asks for a sign of life. */
  void ping() {
    frame(PING, Unpooled.EMPTY_BUFFER);
  }

  /** Ends the line as a pulled plug does: no close frame, and what is on its way is dropped. */
  void cut() {
    if (channel == null || !channel.isOpen()) return;
    channel.config().setOption(ChannelOption.SO_LINGER, 0);
    channel.close();
  }

  /** Starts the close handshake. */
  void close() {
    if (open && channel.isActive()) {
      frame(CLOSE, Unpooled.copyShort(1000));
      channel.close();
    } else {
      cut();
    }
  }

  /** Reads by itself, or only when {@link #read} is called. */
  void reads(boolean byItself) {
    if (channel != null) channel.config().setAutoRead(byItself);
  }

  /** Reads once, as much as the channel's allocator gives. */
  void read() {
    if (channel != null) channel.read();
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    listener.heard();
    if (!open) head(context, in);
    while (open && !over && frame(in)) {
      // Each is handed on where it is found.
    }
    if (over) in.skipBytes(in.readableBytes());
  }

  /** Without the read that a decoder asks for when it made nothing: how much is read is ours. */
  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    discardSomeReadBytes();
    listener.readEnded();
    context.fireChannelReadComplete();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) throws Exception {
    super.channelInactive(context);
    listener.ended(code);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
  }

  private void head(ChannelHandlerContext context, ByteBuf in) {
    int end = ByteBufUtil.indexOf(Unpooled.wrappedBuffer(END_OF_HEAD), in);
    if (end < 0 && in.readableBytes() < MAX_HEAD) return;
    int status = status(in);
    if (end < 0 || status != 101) {
      over = true;
      code = status;
      context.close();
      return;
    }
    in.readerIndex(end + END_OF_HEAD.length);
    open = true;
    listener.opened();
  }

  private static int status(ByteBuf in) {
    if (in.readableBytes() < 12) return CUT;
    String digits = in.toString(in.readerIndex() + 9, 3, StandardCharsets.US_ASCII);
    return digits.matches("\\d{3}") ? Integer.parseInt(digits) : CUT;
  }

  /** Takes one frame, if it is all there. A node's frames are neither masked nor in fragments. */
  private boolean frame(ByteBuf in) {
    int at = in.readerIndex();
    if (in.readableBytes() < 2) return false;
    int kind = in.getByte(at) & 0x0f;
    boolean whole = (in.getByte(at) & FINAL) != 0;
    long length = in.getByte(at + 1) & 0x7f;
    int header = length == 126 ? 4 : length == 127 ? 10 : 2;
    if (in.readableBytes() < header) return false;
    if (length == 126) length = in.getUnsignedShort(at + 2);
    if (length == 127) length = in.getLong(at + 2);
    if (!whole || length > Integer.MAX_VALUE / 2) {
      over = true;
      cut();
      return false;
    }
    if (in.readableBytes() < header + length) return false;
    int from = at + header;
    switch (kind) {
      case TEXT -> listener.text(in, from, (int) length);
      case PING -> frame(10, in.copy(from, (int) length));
      case CLOSE -> {
        code = length >= 2 ? in.getUnsignedShort(from) : 1005;
        over = true;
        frame(CLOSE, in.copy(from, (int) Math.min(2, length)));
        channel.close();
      }
      default -> {
        // A pong has no content.
      }
    }
    in.readerIndex(from + (int) length);
    return true;
  }

  private void frame(int kind, ByteBuf payload) {
    int length = payload.readableBytes();
    ByteBuf head = channel.alloc().buffer(8);
    head.writeByte(FINAL | kind);
    if (length < 126) {
      head.writeByte(MASKED | length);
    } else {
      head.writeByte(MASKED | 126).writeShort(length);
    }
    head.writeInt(0);
    channel.write(head);
    channel.writeAndFlush(payload);
  }
}
