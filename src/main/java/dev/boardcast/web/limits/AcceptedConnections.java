package dev.boardcast.web.limits;

import dev.boardcast.web.CidrBlock;
import dev.boardcast.web.IpAddress;
import dev.boardcast.web.limits.Budget.Grant;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounds the connections of a node's ports from the moment they are accepted: refuses addresses,
 * counts those without a valid token, and gives each a {@link ConnectionGuard} and an {@link
 * IgnoredUpgrade}. Thread safe.
 */
public final class AcceptedConnections {
  private static final Logger LOG = LoggerFactory.getLogger(AcceptedConnections.class);
  private static final String NAME = "boardcast-accept";
  static final String TOTAL = "max-anonymous-connections";

  private final LimitsConfig config;
  private final List<CidrBlock> proxies;
  private final AddressLists lists;
  private final LimitMeters meters;
  private final AnonymousConnections anonymous;
  private final Budget principals;

  AcceptedConnections(LimitsConfig config, List<CidrBlock> proxies, LimitMeters meters) {
    this.config = config;
    this.proxies = proxies;
    this.meters = meters;
    lists = new AddressLists(config.allowAddresses(), config.denyAddresses());
    anonymous =
        new AnonymousConnections(
            config.anonymousConnections(), config.anonymousConnectionsPerAddress());
    principals = new Budget(Long.MAX_VALUE, config.connectionsPerPrincipal());
  }

  /**
   * Bounds the connections of a listening server; once for servers that share a port.
   *
   * @return completes when new connections are bounded; does not fail
   */
  public Future<Void> of(HttpServer server) {
    Optional<Channel> listening = ServerChannels.listening(server);
    if (listening.isPresent()) return install(listening.get());
    LOG.warn(
        "the version of Vert.x is not known: max-anonymous-connections, http-head-limit"
            + " and the address lists do not apply to connections");
    return Future.succeededFuture();
  }

  private Future<Void> install(Channel listening) {
    Promise<Void> installed = Promise.promise();
    try {
      listening
          .eventLoop()
          .execute(
              () -> {
                ChannelPipeline pipeline = listening.pipeline();
                if (pipeline.get(NAME) == null) pipeline.addFirst(NAME, new Acceptor());
                installed.complete();
              });
    } catch (RejectedExecutionException closing) {
      installed.complete();
    }
    return installed.future();
  }

  /** A request has arrived whole up to its body; see {@link ConnectionGuard#begin}. */
  public static boolean begin(HttpServerRequest request) {
    return ConnectionGuard.of(request).map(guard -> guard.begin(request.version())).orElse(true);
  }

  /** The answer to a request has ended; see {@link ConnectionGuard#end}. */
  public static void end(HttpServerRequest request) {
    ConnectionGuard.of(request).ifPresent(ConnectionGuard::end);
  }

  /**
   * A request has a valid token: its connection is counted for the principal instead of the
   * address.
   *
   * @return false when the principal has as many connections as allowed
   */
  public static boolean authenticated(HttpServerRequest request, String principal) {
    return ConnectionGuard.of(request).map(guard -> guard.authenticated(principal)).orElse(true);
  }

  /** The connection of a request is no longer counted: it is counted as a session. */
  public static void counted(HttpServerRequest request) {
    ConnectionGuard.of(request).ifPresent(ConnectionGuard::counted);
  }

  /** Nothing more is read from the connection of a request, which is about to be closed. */
  public static void stopReading(HttpServerRequest request) {
    ConnectionGuard.of(request).ifPresent(ConnectionGuard::stopReading);
  }

  /** How many connections have no valid token. */
  long anonymous() {
    return anonymous.held();
  }

  /** False when the connection is refused. */
  private boolean admit(Channel child) {
    if (!(child.remoteAddress() instanceof InetSocketAddress peer)) return true;
    InetAddress address = IpAddress.unmapped(peer.getAddress());
    // A proxy carries many clients; their addresses are checked with their requests.
    boolean isProxy = CidrBlock.anyContains(proxies, address);
    String client = IpAddress.network(address);
    if (!isProxy) {
      Optional<String> refusedBy = lists.refusedBy(address);
      if (refusedBy.isPresent()) {
        meters.refused(refusedBy.get(), client);
        return false;
      }
    }
    // Each connection of a proxy is a client of its own.
    String key = isProxy ? client + '#' + peer.getPort() : client;
    var guard =
        new ConnectionGuard(
            child,
            config,
            meters,
            client,
            principals,
            identified -> anonymous.remove(key, identified));
    Grant grant = anonymous.add(key, guard);
    if (grant != Grant.GRANTED) {
      meters.refused(
          grant == Grant.TOTAL_SPENT ? TOTAL : "max-anonymous-connections-per-address", client);
      return false;
    }
    guard.attach();
    return true;
  }

  @Sharable
  private final class Acceptor extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof Channel child) {
        if (!admit(child)) {
          child.unsafe().closeForcibly();
          return;
        }
        IgnoredUpgrade.install(child.pipeline());
      }
      context.fireChannelRead(message);
    }
  }
}
