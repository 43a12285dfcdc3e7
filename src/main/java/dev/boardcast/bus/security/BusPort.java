package dev.boardcast.bus.security;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounds the connections to the port of an event bus whose peers have not finished their TLS
 * handshake: {@link BusTls} bounds only how long each may take. The port is not public API of
 * Vert.x; where that has changed, {@code BusAttackIT} fails. Stateless.
 */
public final class BusPort {
  /** Most connections of one address without a finished handshake. */
  public static final int MAX_OF_ADDRESS = 32;

  private static final int MAX = 256;

  private static final Logger LOG = LoggerFactory.getLogger(BusPort.class);
  private static final String NAME = "boardcast-bus-peers";

  private BusPort() {}

  /**
   * Bounds the port of a Vert.x whose bus runs over TLS; more than once has no other effect.
   *
   * @return completes when new connections are bounded; does not fail
   */
  public static Future<Void> bound(Vertx vertx) {
    Optional<Channel> listening = ListeningChannel.of(vertx.eventBus(), "server");
    if (listening.isEmpty()) {
      LOG.warn("the version of Vert.x is not known: handshakes of the event bus are not bounded");
      return Future.succeededFuture();
    }
    Promise<Void> bounded = Promise.promise();
    try {
      listening
          .get()
          .eventLoop()
          .execute(
              () -> {
                ChannelPipeline pipeline = listening.get().pipeline();
                if (pipeline.get(NAME) == null) pipeline.addFirst(NAME, new Acceptor());
                bounded.complete();
              });
    } catch (RejectedExecutionException closing) {
      bounded.complete();
    }
    return bounded.future();
  }

  /** Counts accepted connections from their first moment. */
  @Sharable
  private static final class Acceptor extends ChannelInboundHandlerAdapter {
    private final UnprovenPeers<Channel> peers =
        new UnprovenPeers<>(MAX, MAX_OF_ADDRESS, Channel::close);

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof Channel child
          && child.remoteAddress() instanceof InetSocketAddress peer) {
        peers.add(child, peer.getAddress());
        child.closeFuture().addListener(closed -> peers.remove(child));
        child.pipeline().addFirst(NAME, new Handshake(peers));
      }
      context.fireChannelRead(message);
    }
  }

  /** Waits for the end of one handshake. */
  private static final class Handshake extends ChannelInboundHandlerAdapter {
    private final UnprovenPeers<Channel> peers;

    Handshake(UnprovenPeers<Channel> peers) {
      this.peers = peers;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      var tls = context.pipeline().get(SslHandler.class);
      if (tls == null) {
        // A bus without TLS, which the application trusts.
        peers.remove(context.channel());
      } else {
        tls.handshakeFuture()
            .addListener(
                done -> {
                  if (done.isSuccess()) peers.remove(context.channel());
                });
      }
      context.fireChannelRead(message);
      context.pipeline().remove(this);
    }
  }
}
