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
 * A minimal WebSocket client (RFC 6455) that passes messages on as bytes, without copying. Its
 * masking keys are zero. Confined to one event loop.
 */
final class LabConnection extends ByteToMessageDecoder {
  /** The connection ended without a close frame. */
  static final int ABNORMAL = 1006;

  private static final int NO_CODE = 1005;
  private static final int NORMAL = 1000;
  private static final int MAX_HEAD = 16 << 10;
  private static final byte[] END_OF_HEAD = {'\r', '\n', '\r', '\n'};
  private static final int TEXT = 1;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 10;
  private static final int FINAL = 0x80;
  private static final int MASKED = 0x80;

  /** Receives what happens on a connection; called on its event loop. */
  interface Listener {
    /** TCP is connected. */
    void connected();

    /** The handshake succeeded. */
    void opened();

    /** Bytes of any kind came. */
    void bytesReceived();

    /** One read is over, and its messages were passed on. */
    void readComplete();

    /** A text message came; the bytes are valid during the call only. */
    void textReceived(ByteBuf bytes, int from, int length);

    /**
     * The connection has ended, or could not be opened. Called once.
     *
     * @param code of the close frame, {@link #ABNORMAL} without one, or the HTTP status of a
     *     rejected handshake
     */
    void closed(int code);
  }

  private final String request;
  private final Listener listener;
  private Channel channel;
  private boolean open;
  private boolean over;
  private int code = ABNORMAL;

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
            + "Sec-WebSocket-Key: Ym9hcmRjYXN0IGxhYiAxNg==\r\n"
            + (token == null ? "" : "Authorization: Bearer " + token + "\r\n")
            + "\r\n";
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    channel = context.channel();
    listener.connected();
    channel.writeAndFlush(Unpooled.copiedBuffer(request, StandardCharsets.US_ASCII));
    context.fireChannelActive();
  }

  /** Sends a text message of at most 65535 bytes. */
  void send(String text) {
    frame(TEXT, Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.UTF_8)));
  }

  void ping() {
    frame(PING, Unpooled.EMPTY_BUFFER);
  }

  /** Resets the TCP connection: no close frame, and what is in flight is lost. */
  void reset() {
    if (channel == null || !channel.isOpen()) return;
    channel.config().setOption(ChannelOption.SO_LINGER, 0);
    channel.close();
  }

  /** Closes with a close frame. */
  void close() {
    if (open && channel.isActive()) {
      frame(CLOSE, Unpooled.copyShort(NORMAL));
      channel.close();
    } else {
      reset();
    }
  }

  /** Whether to read all the time, or only at each {@link #read}. */
  void setAutoRead(boolean autoRead) {
    if (channel != null) channel.config().setAutoRead(autoRead);
  }

  /** Reads once, at most as many bytes as the channel's allocator gives. */
  void read() {
    if (channel != null) channel.read();
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    listener.bytesReceived();
    if (!open) decodeHead(context, in);
    while (open && !over && decodeFrame(in)) {
      // Each frame is passed on by decodeFrame.
    }
    if (over) in.skipBytes(in.readableBytes());
  }

  /** Omits the read that a decoder requests if it decoded nothing: reads are scheduled here. */
  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    discardSomeReadBytes();
    listener.readComplete();
    context.fireChannelReadComplete();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) throws Exception {
    super.channelInactive(context);
    listener.closed(code);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
  }

  private void decodeHead(ChannelHandlerContext context, ByteBuf in) {
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
    if (in.readableBytes() < 12) return ABNORMAL;
    String digits = in.toString(in.readerIndex() + 9, 3, StandardCharsets.US_ASCII);
    return digits.matches("\\d{3}") ? Integer.parseInt(digits) : ABNORMAL;
  }

  /**
   * Decodes one frame; false if it is incomplete. A node's frames are neither masked nor
   * fragmented.
   */
  private boolean decodeFrame(ByteBuf in) {
    int at = in.readerIndex();
    if (in.readableBytes() < 2) return false;
    int opcode = in.getByte(at) & 0x0f;
    boolean isFinal = (in.getByte(at) & FINAL) != 0;
    long length = in.getByte(at + 1) & 0x7f;
    int header = length == 126 ? 4 : length == 127 ? 10 : 2;
    if (in.readableBytes() < header) return false;
    if (length == 126) length = in.getUnsignedShort(at + 2);
    if (length == 127) length = in.getLong(at + 2);
    if (!isFinal || length > Integer.MAX_VALUE / 2) {
      over = true;
      reset();
      return false;
    }
    if (in.readableBytes() < header + length) return false;
    int from = at + header;
    switch (opcode) {
      case TEXT -> listener.textReceived(in, from, (int) length);
      case PING -> frame(PONG, in.copy(from, (int) length));
      case CLOSE -> {
        code = length >= 2 ? in.getUnsignedShort(from) : NO_CODE;
        over = true;
        frame(CLOSE, in.copy(from, (int) Math.min(2, length)));
        channel.close();
      }
      default -> {
        // A pong: bytesReceived was called.
      }
    }
    in.readerIndex(from + (int) length);
    return true;
  }

  private void frame(int opcode, ByteBuf payload) {
    int length = payload.readableBytes();
    ByteBuf head = channel.alloc().buffer(8);
    head.writeByte(FINAL | opcode);
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
