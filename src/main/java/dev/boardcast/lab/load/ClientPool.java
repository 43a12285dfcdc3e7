package dev.boardcast.lab.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
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
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.net.ssl.SSLException;

/** Runs all clients of a run on a few event loops. Thread safe. */
final class ClientPool implements AutoCloseable {
  /** The window before the first that a caller begins. */
  static final String BEFORE = "before";

  /** How often each client is ticked. */
  static final int TICK_MILLIS = 125;

  private static final int LOOPS = 2;
  private static final int CONNECT_MILLIS = 2_000;
  private static final int WINDOW_LIMIT_MILLIS = 5_000;
  // The default of --metrics-min-interval.
  private static final long BOARD_INTERVAL_MICROS = 1_000_000;
  // Of a slow client: bytes in its kernel have left the node, and so count as its own delay.
  private static final int SLOW_RECEIVE_BUFFER = 1_024;
  // Of one that stops reading: the kernel would let it grow to many megabytes, which no node holds.
  private static final int STOPPED_RECEIVE_BUFFER = 128 << 10;

  private final LoadOptions options;
  private final List<Ledger> ledgers;
  private final ClientStatistics statistics;
  private final SnapshotAge snapshots = new SnapshotAge();
  private final FreshnessWindows windows = new FreshnessWindows();
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(LOOPS, NioIoHandler.newFactory());
  private final List<LabClient> clients = new ArrayList<>();
  private final Optional<SslContext> tls;
  private final NodeBalancer balancer;
  private String window;
  private volatile long faultEnd = Long.MIN_VALUE;
  private volatile boolean closed;

  ClientPool(LoadOptions options, List<Ledger> ledgers, ClientStatistics statistics) {
    this.options = options;
    this.ledgers = ledgers;
    this.statistics = statistics;
    this.tls = tls(options.nodes().sockets());
    this.balancer = new NodeBalancer(options.nodes().sockets().size(), EventMarker::now);
    for (int i = 0; i < options.clients().count(); i++) clients.add(newClient(i));
  }

  TokenSource tokens() {
    return options.nodes().tokens();
  }

  Optional<String> board() {
    return options.clients().board();
  }

  ClientStatistics statistics() {
    return statistics;
  }

  SnapshotAge snapshots() {
    return snapshots;
  }

  FreshnessWindows windows() {
    return windows;
  }

  ClientFreshness newFreshness() {
    double perSecond = options.writes().perSecond();
    long interval = perSecond > 0 ? (long) (1e6 / perSecond) : 0;
    return new ClientFreshness(interval, BOARD_INTERVAL_MICROS);
  }

  /** Begins a window of the clients' freshness, and ends the one before. */
  synchronized void startWindow(String name, Set<String> node) {
    String ended = window;
    window = name;
    windows.open(name);
    for (LabClient client : clients) {
      client.loop().execute(() -> client.startWindow(ended, node));
    }
  }

  /** Ends the last window and the run, and waits until all clients have. */
  synchronized void endWindows(String whole) throws InterruptedException {
    if (window == null) return;
    String ended = window;
    window = null;
    windows.open(whole);
    for (LabClient client : clients) {
      client
          .loop()
          .execute(
              () -> {
                if (!ended.equals(BEFORE)) client.startWindow(ended, Set.of());
                client.endWindows(whole);
              });
    }
    for (var loop : loops) loop.submit(() -> {}).await(WINDOW_LIMIT_MILLIS);
  }

  boolean isClosed() {
    return closed;
  }

  /** When the fault ended, on the clock of {@link EventMarker#now}; the least value without one. */
  long faultEnd() {
    return faultEnd;
  }

  void faultEnded(long micros) {
    faultEnd = micros;
  }

  /** Starts to connect all clients, at the configured rate. */
  void connect() {
    double intervalMicros = 1e6 / options.clients().connectsPerSecond();
    for (int i = 0; i < clients.size(); i++) {
      LabClient client = clients.get(i);
      client.loop().schedule(client::connect, (long) (i * intervalMicros), TimeUnit.MICROSECONDS);
    }
    for (var each : loops) {
      var loop = (EventLoop) each;
      loop.scheduleAtFixedRate(() -> tick(loop), TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  /** How many clients are subscribed to all of their topics. */
  int live() {
    return (int) clients.stream().filter(LabClient::isLive).count();
  }

  int size() {
    return clients.size();
  }

  List<LabClient> clients() {
    return clients;
  }

  /** Disconnects a share of the clients, chosen at random. */
  void disconnect(double share) {
    for (LabClient client : clients) {
      if (ThreadLocalRandom.current().nextDouble() < share) {
        client.loop().execute(client::disconnect);
      }
    }
  }

  /** Makes all clients steady from now on. */
  void becomeSteady() {
    for (LabClient client : clients) client.loop().execute(client::becomeSteady);
  }

  /**
   * Opens a connection; {@link LabConnection.Listener#closed} is called also if it cannot be
   * opened.
   *
   * @param node as the {@link #balancer} chose
   */
  LabConnection connect(
      int node,
      ClientBehavior behavior,
      String token,
      EventLoop loop,
      LabConnection.Listener listener) {
    URI url = options.nodes().sockets().get(node);
    var connection = new LabConnection(url.getAuthority(), path(url), token, listener);
    bootstrap(loop, behavior, connection, url)
        .connect(url.getHost(), port(url))
        .addListener(
            done -> {
              if (!done.isSuccess()) listener.closed(LabConnection.ABNORMAL);
            });
    return connection;
  }

  /** The balancer gives a node no connections from now on. */
  void stopped(Set<String> node) {
    ofNode(node).forEach(balancer::stopped);
  }

  /** The balancer gives a node connections again. */
  void ready(Set<String> node) {
    ofNode(node).forEach(balancer::ready);
  }

  private IntStream ofNode(Set<String> addresses) {
    return IntStream.range(0, options.nodes().sockets().size())
        .filter(index -> addresses.contains(authority(index)));
  }

  /** Chooses the node of each connection. */
  NodeBalancer balancer() {
    return balancer;
  }

  /** Host and port of one of the nodes. */
  String authority(int node) {
    return options.nodes().sockets().get(node).getAuthority();
  }

  @Override
  public void close() {
    closed = true;
    for (LabClient client : clients) client.loop().execute(client::stop);
    loops.shutdownGracefully(100, 2_000, TimeUnit.MILLISECONDS).awaitUninterruptibly(5_000);
  }

  private LabClient newClient(int number) {
    var behavior = options.clients().profile().behavior(number);
    List<ClientLedger> ofClient = ledgers.stream().map(Ledger::newClient).toList();
    return new LabClient(number, behavior, this, loops.next(), ofClient);
  }

  private void tick(EventLoop loop) {
    long now = EventMarker.now();
    for (LabClient client : clients) {
      if (client.loop() == loop) client.tick(now);
    }
  }

  private Bootstrap bootstrap(
      EventLoop loop, ClientBehavior behavior, LabConnection connection, URI url) {
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
                    channel.pipeline().addLast(connection);
                  }
                });
    if (behavior == ClientBehavior.HALF_OPEN) {
      bootstrap.option(ChannelOption.SO_RCVBUF, STOPPED_RECEIVE_BUFFER);
    }
    if (behavior == ClientBehavior.SLOW) {
      bootstrap
          .option(ChannelOption.SO_RCVBUF, SLOW_RECEIVE_BUFFER)
          .option(
              ChannelOption.RECVBUF_ALLOCATOR,
              new FixedRecvByteBufAllocator(BehaviorDriver.SLOW_READ_BYTES).maxMessagesPerRead(1));
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

  private static Optional<SslContext> tls(List<URI> sockets) {
    if (sockets.stream().noneMatch(url -> url.getScheme().equals("wss"))) return Optional.empty();
    try {
      return Optional.of(SslContextBuilder.forClient().build());
    } catch (SSLException unavailable) {
      throw new IllegalStateException("TLS is not available", unavailable);
    }
  }
}
