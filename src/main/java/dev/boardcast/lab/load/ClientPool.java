package dev.boardcast.lab.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/** All clients of a run, on a few event loops. Thread safe. */
final class ClientPool implements AutoCloseable {
  /** How often each client looks around. */
  static final int TICK_MILLIS = 125;

  private static final int LOOPS = 2;
  private static final int CONNECT_MILLIS = 2_000;
  // Of a client that hardly reads, as little as may be ahead in its own kernel, as on a slow link:
  // what is there is as old as it is, whatever a node does.
  private static final int SMALL_BUFFER = 1_024;

  private final LoadOptions options;
  private final List<Ledger> ledgers;
  private final ClientStatistics log;
  private final SnapshotAge snapshots = new SnapshotAge();
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(LOOPS, NioIoHandler.newFactory());
  private final List<LabClient> clients = new ArrayList<>();
  private final Optional<SslContext> tls;
  private volatile long faultEnd = Long.MIN_VALUE;
  private volatile boolean over;

  ClientPool(LoadOptions options, List<Ledger> ledgers, ClientStatistics log) {
    this.options = options;
    this.ledgers = ledgers;
    this.log = log;
    this.tls = tls(options);
    for (int i = 0; i < options.clients(); i++) clients.add(client(i));
  }

  TokenSource passes() {
    return options.passes();
  }

  Optional<String> board() {
    return options.board();
  }

  ClientStatistics log() {
    return log;
  }

  SnapshotAge snapshots() {
    return snapshots;
  }

  boolean isOver() {
    return over;
  }

  /** Events meant to be sent before this moment, in micros, are what a fault may have delayed. */
  long faultEnd() {
    return faultEnd;
  }

  void faultEnded(long micros) {
    faultEnd = micros;
  }

  /** Begins to connect all, so many a second. */
  void connect() {
    double pause = 1e6 / options.connectsPerSecond();
    for (int i = 0; i < clients.size(); i++) {
      LabClient client = clients.get(i);
      client.loop().schedule(client::connect, (long) (i * pause), TimeUnit.MICROSECONDS);
    }
    for (var each : loops) {
      var loop = (EventLoop) each;
      loop.scheduleAtFixedRate(() -> tick(loop), TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  /** How many follow all of their topics now. */
  int live() {
    int live = 0;
    for (LabClient client : clients) {
      if (client.isLive()) live++;
    }
    return live;
  }

  int size() {
    return clients.size();
  }

  List<LabClient> clients() {
    return clients;
  }

  /** Cuts the lines of a share of the clients, picked at random. */
  void cut(double share) {
    for (LabClient client : clients) {
      if (ThreadLocalRandom.current().nextDouble() < share) client.loop().execute(client::cut);
    }
  }

  /** All behave from now on. */
  void heal() {
    for (LabClient client : clients) client.loop().execute(client::heal);
  }

  /** Opens a line for a client; its end is told, also when it never opens. */
  LabConnection open(
      int turn, ClientBehavior habit, String token, LabConnection.Listener listener) {
    URI url = options.urls().get(Math.floorMod(turn, options.urls().size()));
    var line = new LabConnection(url.getAuthority(), path(url), token, listener);
    LabClient client = (LabClient) listener;
    ChannelFuture connected =
        bootstrap(client.loop(), habit, line, url).connect(url.getHost(), port(url));
    connected.addListener(
        done -> {
          if (!done.isSuccess()) listener.ended(LabConnection.CUT);
        });
    return line;
  }

  @Override
  public void close() {
    over = true;
    for (LabClient client : clients) client.loop().execute(client::leave);
    loops.shutdownGracefully(100, 2_000, TimeUnit.MILLISECONDS).awaitUninterruptibly(5_000);
  }

  private LabClient client(int number) {
    List<ClientLedger> accounts = ledgers.stream().map(Ledger::open).toList();
    return new LabClient(number, options.profile().habit(number), this, loops.next(), accounts);
  }

  private void tick(EventLoop loop) {
    long now = EventMarker.now();
    for (LabClient client : clients) {
      if (client.loop() == loop) client.tick(now);
    }
  }

  private Bootstrap bootstrap(EventLoop loop, ClientBehavior habit, LabConnection line, URI url) {
    var bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(NioSocketChannel.class)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    if (url.getScheme().equals("wss")) {
                      channel
                          .pipeline()
                          .addLast(
                              tls.orElseThrow()
                                  .newHandler(channel.alloc(), url.getHost(), port(url)));
                    }
                    channel.pipeline().addLast(line);
                  }
                });
    if (habit == ClientBehavior.SLOW) {
      bootstrap
          .option(ChannelOption.SO_RCVBUF, SMALL_BUFFER)
          .option(
              ChannelOption.RECVBUF_ALLOCATOR,
              new FixedRecvByteBufAllocator(BehaviorDriver.SIP).maxMessagesPerRead(1));
    }
    return bootstrap;
  }

  private static String path(URI url) {
    String path = url.getRawPath();
    return (path == null || path.isEmpty() || path.equals("/") ? "/ws" : path) + "?topics=";
  }

  private static int port(URI url) {
    return url.getPort() > 0 ? url.getPort() : url.getScheme().equals("wss") ? 443 : 80;
  }

  private static Optional<SslContext> tls(LoadOptions options) {
    if (options.urls().stream().noneMatch(url -> url.getScheme().equals("wss"))) {
      return Optional.empty();
    }
    try {
      return Optional.of(SslContextBuilder.forClient().build());
    } catch (SSLException unavailable) {
      throw new IllegalStateException("TLS cannot be had here", unavailable);
    }
  }
}
