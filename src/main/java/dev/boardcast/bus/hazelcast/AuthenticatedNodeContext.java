package dev.boardcast.bus.hazelcast;

import com.hazelcast.instance.EndpointQualifier;
import com.hazelcast.instance.impl.DefaultNodeContext;
import com.hazelcast.instance.impl.DefaultNodeExtension;
import com.hazelcast.instance.impl.Node;
import com.hazelcast.instance.impl.NodeExtension;
import com.hazelcast.nio.MemberSocketInterceptor;
import dev.boardcast.bus.security.MemberHandshake;
import dev.boardcast.bus.security.UnprovenPeerException;
import dev.boardcast.bus.security.UnprovenPeers;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a Hazelcast member authenticate its peers on each new connection, before Hazelcast reads a
 * byte: its decoder takes memory for any length that a peer names. The open edition has the hook,
 * and no setting for it.
 */
final class AuthenticatedNodeContext extends DefaultNodeContext {
  private static final Logger LOG = LoggerFactory.getLogger(AuthenticatedNodeContext.class);

  /** Most connections that have not authenticated. */
  static final int MAX_UNPROVEN = 32;

  private static final int MAX_UNPROVEN_OF_ADDRESS = 8;

  private final MemberHandshake handshake;

  AuthenticatedNodeContext(MemberHandshake handshake) {
    this.handshake = handshake;
  }

  @Override
  public NodeExtension createNodeExtension(Node node) {
    return new Extension(node, new Interceptor(handshake));
  }

  private static final class Extension extends DefaultNodeExtension {
    private final MemberSocketInterceptor interceptor;

    Extension(Node node, MemberSocketInterceptor interceptor) {
      super(node);
      this.interceptor = interceptor;
    }

    @Override
    public MemberSocketInterceptor getSocketInterceptor(EndpointQualifier endpoint) {
      return interceptor;
    }
  }

  /** Logs refusals that another secret explains, once a minute; others only connect. */
  private static final class Interceptor implements MemberSocketInterceptor {
    private static final long LOG_INTERVAL_NANOS = Duration.ofMinutes(1).toNanos();

    private final MemberHandshake handshake;
    private final UnprovenPeers<Socket> pending =
        new UnprovenPeers<>(MAX_UNPROVEN, MAX_UNPROVEN_OF_ADDRESS, Interceptor::end);
    private final AtomicLong loggedNanos = new AtomicLong(System.nanoTime() - LOG_INTERVAL_NANOS);

    Interceptor(MemberHandshake handshake) {
      this.handshake = handshake;
    }

    @Override
    public void init(Properties properties) {}

    @Override
    public void onAccept(Socket accepted) throws IOException {
      pending.add(accepted, accepted.getInetAddress());
      try {
        handshake.accept(accepted);
      } catch (UnprovenPeerException refused) {
        log(accepted, refused);
        throw refused;
      } finally {
        pending.remove(accepted);
      }
    }

    @Override
    public void onConnect(Socket connected) throws IOException {
      try {
        handshake.connect(connected);
      } catch (UnprovenPeerException refused) {
        log(connected, refused);
        throw refused;
      }
    }

    private static void end(Socket excess) {
      try {
        // Ends the read that its thread is blocked in.
        excess.close();
      } catch (IOException closed) {
        // It is closed all the same.
      }
    }

    private void log(Socket socket, UnprovenPeerException refused) {
      long now = System.nanoTime();
      long logged = loggedNanos.get();
      if (now - logged >= LOG_INTERVAL_NANOS && loggedNanos.compareAndSet(logged, now)) {
        LOG.warn(
            "no connection of cluster members with {}: {}; is cluster-secret the same on all nodes?",
            socket.getRemoteSocketAddress(),
            refused.getMessage());
      }
    }
  }
}
