package dev.boardcast.security;

import com.hazelcast.client.HazelcastClient;
import com.hazelcast.client.config.ClientConfig;
import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import dev.boardcast.bus.hazelcast.MembersOnly;
import dev.boardcast.bus.hazelcast.RegistryMember;
import dev.boardcast.bus.security.ClusterSecret;
import dev.boardcast.testing.FreePorts;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** Attacks on the Hazelcast port of a node, by what the attacker knows. Calls block. */
public final class HazelcastAttacker {
  private static final byte PACKET_VERSION = 4;
  private static final int PACKET_HEADER_BYTES = 3 + 1 + 2 + 4 + 4;

  private HazelcastAttacker() {}

  /** Whether a client that knows a name gets in within some seconds. */
  public static boolean connectsAsClient(String name, int port) {
    var config = new ClientConfig().setClusterName(name);
    config.getNetworkConfig().addAddress("127.0.0.1:" + port);
    config
        .getConnectionStrategyConfig()
        .getConnectionRetryConfig()
        .setClusterConnectTimeoutMillis(2_000);
    config.setProperty("hazelcast.logging.type", "slf4j");
    try {
      HazelcastClient.newHazelcastClient(config).shutdown();
      return true;
    } catch (IllegalStateException refused) {
      return false;
    }
  }

  /** Whether an ordinary member that knows a name, and no secret, joins within some seconds. */
  public static boolean joinsAsMember(String name, int port) throws IOException {
    Config config = new Config("attacker-" + System.nanoTime()).setClusterName(name);
    var network = config.getNetworkConfig().setPort(FreePorts.one()).setPortAutoIncrement(true);
    network.getInterfaces().setEnabled(true).addInterface("127.0.0.1");
    network.getJoin().getAutoDetectionConfig().setEnabled(false);
    network.getJoin().getTcpIpConfig().setEnabled(true).addMember("127.0.0.1:" + port);
    hurried(config, 4);
    try {
      HazelcastInstance member = Hazelcast.newHazelcastInstance(config);
      boolean hasJoined = member.getCluster().getMembers().size() > 1;
      member.getLifecycleService().terminate();
      return hasJoined;
    } catch (IllegalStateException gaveUp) {
      return false;
    }
  }

  /** A member that knows name and secret; to be shut down by the caller. */
  public static RegistryMember insider(String name, String secret, int port) throws IOException {
    Config config = new Config("insider-" + System.nanoTime()).setClusterName(name);
    config
        .getNetworkConfig()
        .getJoin()
        .getTcpIpConfig()
        .setEnabled(true)
        .addMember("127.0.0.1:" + port);
    hurried(config, 20);
    MembersOnly.apply(config, new MembersOnly.Endpoint("127.0.0.1", FreePorts.one(), 1, true));
    return RegistryMember.start(config, Optional.of(new ClusterSecret(List.of(secret))));
  }

  /**
   * Claims a packet of 2 GiB, for which a decoder would take memory at once.
   *
   * @return whether the connection ended
   */
  public static boolean claimsTwoGigabytes(int port) throws IOException {
    ByteBuffer packet = ByteBuffer.allocate(PACKET_HEADER_BYTES);
    packet.put(new byte[] {'H', 'Z', 'C'}).put(PACKET_VERSION).putChar((char) 0).putInt(-1);
    packet.putInt(Integer.MAX_VALUE);
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(10_000);
      OutputStream out = socket.getOutputStream();
      out.write(packet.array(), 0, packet.position());
      out.write(new byte[256]);
      // A greeting of some bytes may come first.
      return socket.getInputStream().readAllBytes().length < 100;
    } catch (SocketException reset) {
      return true;
    }
  }

  private static void hurried(Config config, int joinSeconds) {
    config.setProperty("hazelcast.logging.type", "slf4j");
    config.setProperty("hazelcast.phone.home.enabled", "false");
    config.setProperty("hazelcast.max.join.seconds", Integer.toString(joinSeconds));
    config.setProperty("hazelcast.max.wait.seconds.before.join", "4");
    config.setProperty("hazelcast.wait.seconds.before.join", "0");
    config.setProperty("hazelcast.shutdownhook.enabled", "false");
    config.setProperty("hazelcast.partition.count", "31");
  }
}
