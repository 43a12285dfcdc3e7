package dev.boardcast.bus.hazelcast;

import com.hazelcast.instance.EndpointQualifier;
import com.hazelcast.instance.impl.DefaultNodeContext;
import com.hazelcast.instance.impl.DefaultNodeExtension;
import com.hazelcast.instance.impl.Node;
import com.hazelcast.instance.impl.NodeExtension;
import com.hazelcast.nio.MemberSocketInterceptor;
import dev.boardcast.bus.security.MemberHandshake;
import java.io.IOException;
import java.net.Socket;
import java.util.Properties;

/**
 * Has a Hazelcast member authenticate its peers on each new connection, before Hazelcast reads a
 * byte: its decoder takes memory for any length that a peer names. The open edition has the hook,
 * and no setting for it.
 */
final class AuthenticatedNodeContext extends DefaultNodeContext {
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

  private record Interceptor(MemberHandshake handshake) implements MemberSocketInterceptor {
    @Override
    public void init(Properties properties) {}

    @Override
    public void onAccept(Socket accepted) throws IOException {
      handshake.accept(accepted);
    }

    @Override
    public void onConnect(Socket connected) throws IOException {
      handshake.connect(connected);
    }
  }
}
