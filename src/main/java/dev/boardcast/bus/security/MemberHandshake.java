package dev.boardcast.bus.security;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;

/**
 * Proves on a new connection between two members that both know the cluster secret, before either
 * side reads anything else. Neither secret nor key is sent. Blocks, each side for a bounded time.
 * Thread safe.
 *
 * <pre>
 *  acceptor:   4 bytes of 255, {@code BCM1}, 32 random bytes A
 *  connector:  32 random bytes B, one byte n, n times HMAC(key i, "connect" A B)
 *  acceptor:   HMAC(key, "accept" A B) with the first key that fits, or the end of the connection
 * </pre>
 *
 * <p>It authenticates, and does not encrypt: what follows can be read and changed by those who
 * control the network between the two.
 */
public final class MemberHandshake {
  // Begins with what no protocol of Hazelcast takes for a length.
  private static final byte[] GREETING = {-1, -1, -1, -1, 'B', 'C', 'M', '1'};
  private static final byte[] CONNECT = {'c', 'o', 'n', 'n', 'e', 'c', 't'};
  private static final byte[] ACCEPT = {'a', 'c', 'c', 'e', 'p', 't'};
  private static final int NONCE_BYTES = 32;
  private static final int MAC_BYTES = 32;

  private final SecureRandom random = new SecureRandom();
  private final List<byte[]> keys;
  private final Duration limit;

  /**
   * @param limit for the whole handshake, more than zero
   */
  public MemberHandshake(ClusterSecret secret, Duration limit) {
    this.keys = secret.keys("hazelcast member");
    this.limit = limit;
  }

  /** The bytes that an acceptor sends first. */
  public static byte[] greeting() {
    return GREETING.clone();
  }

  /**
   * Authenticates the peer that has connected.
   *
   * @throws UnprovenPeerException when it has another secret
   * @throws IOException when it does not prove itself in time; the caller closes the socket
   */
  public void accept(Socket socket) throws IOException {
    var in = new TimedInput(socket);
    byte[] ours = nonce();
    write(socket, GREETING, ours);
    byte[] theirs = in.read(NONCE_BYTES);
    int count = in.read(1)[0];
    if (count < 1 || count > ClusterSecret.MAX_SECRETS) throw refused();
    byte[] fitting = null;
    for (int i = 0; i < count; i++) {
      byte[] proof = in.read(MAC_BYTES);
      for (byte[] key : keys) {
        boolean fits = MessageDigest.isEqual(proof, Hkdf.hmac(key, CONNECT, ours, theirs));
        if (fits && fitting == null) fitting = key;
      }
    }
    if (fitting == null) throw refused();
    write(socket, Hkdf.hmac(fitting, ACCEPT, ours, theirs));
    in.end();
  }

  /**
   * Authenticates the peer that was connected to.
   *
   * @throws UnprovenPeerException when it has another secret
   * @throws IOException when it does not prove itself in time; the caller closes the socket
   */
  public void connect(Socket socket) throws IOException {
    var in = new TimedInput(socket);
    if (!MessageDigest.isEqual(in.read(GREETING.length), GREETING)) throw refused();
    byte[] theirs = in.read(NONCE_BYTES);
    byte[] ours = nonce();
    write(socket, ours, new byte[] {(byte) keys.size()});
    for (byte[] key : keys) write(socket, Hkdf.hmac(key, CONNECT, theirs, ours));
    byte[] proof;
    try {
      proof = in.read(MAC_BYTES);
    } catch (EOFException refused) {
      throw new UnprovenPeerException("the peer does not accept the secret of this node");
    }
    boolean isProven = false;
    for (byte[] key : keys) {
      isProven |= MessageDigest.isEqual(proof, Hkdf.hmac(key, ACCEPT, theirs, ours));
    }
    if (!isProven) throw refused();
    in.end();
  }

  private byte[] nonce() {
    byte[] bytes = new byte[NONCE_BYTES];
    random.nextBytes(bytes);
    return bytes;
  }

  private static void write(Socket socket, byte[]... parts) throws IOException {
    var out = socket.getOutputStream();
    for (byte[] part : parts) out.write(part);
    out.flush();
  }

  private static UnprovenPeerException refused() {
    return new UnprovenPeerException("the peer does not know the secret of this cluster");
  }

  /** Reads within the time limit, however slowly the bytes arrive. */
  private final class TimedInput {
    private final Socket socket;
    private final InputStream in;
    private final int formerTimeout;
    private final long deadlineNanos = System.nanoTime() + limit.toNanos();

    TimedInput(Socket socket) throws IOException {
      this.socket = socket;
      this.in = new DataInputStream(socket.getInputStream());
      this.formerTimeout = socket.getSoTimeout();
    }

    byte[] read(int length) throws IOException {
      byte[] bytes = new byte[length];
      for (int filled = 0; filled < length; ) {
        long leftMillis = (deadlineNanos - System.nanoTime()) / 1_000_000;
        if (leftMillis <= 0) throw new SocketTimeoutException("no proof within " + limit);
        socket.setSoTimeout((int) leftMillis);
        int read = in.read(bytes, filled, length - filled);
        if (read < 0) throw new EOFException("the peer has closed the connection");
        filled += read;
      }
      return bytes;
    }

    void end() throws IOException {
      socket.setSoTimeout(formerTimeout);
    }
  }
}
