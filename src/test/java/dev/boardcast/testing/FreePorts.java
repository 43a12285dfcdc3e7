package dev.boardcast.testing;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for servers that must know theirs before they listen. Each fork of the tests has its own
 * range, below the ephemeral ports, which outgoing connections could take in the meantime.
 */
public final class FreePorts {
  private static final int LOWEST = 10_000;
  private static final int PER_FORK = 1_000;
  private static final int FORKS = 5;

  private static final int FIRST = LOWEST + Integer.getInteger("test.fork", 0) % FORKS * PER_FORK;
  private static int next = ThreadLocalRandom.current().nextInt(PER_FORK);

  private FreePorts() {}

  /** That many different free ports. */
  public static synchronized List<Integer> some(int count) throws IOException {
    var ports = new ArrayList<Integer>();
    for (int tried = 0; ports.size() < count; tried++) {
      if (tried > PER_FORK) throw new IOException("there are no free ports from " + FIRST);
      int port = FIRST + next++ % PER_FORK;
      if (isFree(port)) ports.add(port);
    }
    return ports;
  }

  public static int one() throws IOException {
    return some(1).get(0);
  }

  private static boolean isFree(int port) {
    try {
      new ServerSocket(port).close();
      return true;
    } catch (IOException taken) {
      return false;
    }
  }
}
