package dev.boardcast.web.limits;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import java.util.List;

/**
 * Ignores {@code Upgrade: h2c}, which RFC 9113 (3.1) has removed: the request is answered over
 * HTTP/1.1. Vert.x would answer 101, also to a request whose body is not sent before a 100, and 400
 * without a content to one whose other fields do not fit. A connection in clear text that begins
 * with HTTP/2 is not concerned. Event loop of the channel.
 */
final class IgnoredUpgrade extends ChannelInboundHandlerAdapter {
  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  private static final String H2C = "h2c";
  // Of the handler of Vert.x, which looks at the first request and then leaves the pipeline.
  private static final String VERTX_HANDLER = "h2c";

  private int matched;

  /** Watches the first bytes of an accepted channel. */
  static void install(ChannelPipeline pipeline) {
    pipeline.addFirst("boardcast-first-bytes", new IgnoredUpgrade());
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (!(message instanceof ByteBuf bytes)) {
      context.fireChannelRead(message);
      return;
    }
    int at = bytes.readerIndex();
    while (at < bytes.writerIndex() && matched < PREFACE.length()) {
      if (bytes.getByte(at++) != PREFACE.charAt(matched)) {
        begin(context, bytes, at - bytes.readerIndex());
        return;
      }
      matched++;
    }
    if (matched == PREFACE.length()) context.pipeline().remove(this);
    context.fireChannelRead(bytes);
  }

  /** By the first byte that HTTP/2 does not begin with, Vert.x prepares the pipeline for HTTP/1. */
  private void begin(ChannelHandlerContext context, ByteBuf bytes, int different) {
    ChannelPipeline pipeline = context.pipeline();
    pipeline.remove(this);
    context.fireChannelRead(bytes.readRetainedSlice(different));
    if (pipeline.get(VERTX_HANDLER) != null) {
      pipeline.addBefore(VERTX_HANDLER, "boardcast-upgrade", new FirstRequest());
    }
    context.fireChannelRead(bytes);
  }

  /** Takes the offer out of the first request; of later ones Vert.x ignores it. */
  private static final class FirstRequest extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof HttpRequest request) {
        withoutOffer(request.headers());
        // Before others read: a channel is taken over as it is when its handshake is read.
        context.pipeline().remove(this);
      }
      context.fireChannelRead(message);
    }

    private static void withoutOffer(HttpHeaders headers) {
      List<String> others =
          headers.getAll(HttpHeaderNames.UPGRADE).stream()
              .filter(protocol -> !protocol.equalsIgnoreCase(H2C))
              .toList();
      headers.set(HttpHeaderNames.UPGRADE, others);
    }
  }
}
