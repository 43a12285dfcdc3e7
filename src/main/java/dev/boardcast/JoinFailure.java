package dev.boardcast;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Why a node could not join its cluster, as far as its members show. A member whose process is
 * stopped or out of memory still holds its port, and those that start wait for it in vain.
 *
 * @param silent members that accept a connection and do not answer
 * @param answering members that answer
 */
record JoinFailure(List<String> silent, List<String> answering) {
  private static final int CONNECT_MILLIS = 1_000;
  private static final int ANSWER_MILLIS = 2_000;
  private static final int MAX_MEMBERS = 32;

  private enum State {
    NOBODY,
    SILENT,
    ANSWERING
  }

  /**
   * Asks the members. Blocks, at most 3 s.
   *
   * @param members {@code host:port} of each; those without a port are not asked
   * @param own that of this node
   * @param greeting with which a member receives who connects; empty where it is the other way
   *     round
   */
  static JoinFailure of(List<String> members, String own, byte[] greeting) {
    List<String> others =
        members.stream().filter(member -> !member.equals(own)).limit(MAX_MEMBERS).toList();
    if (others.isEmpty()) return new JoinFailure(List.of(), List.of());
    ExecutorService threads = Executors.newFixedThreadPool(others.size());
    try {
      var asked =
          others.stream()
              .map(member -> CompletableFuture.supplyAsync(() -> ask(member, greeting), threads))
              .toList();
      var silent = new ArrayList<String>();
      var answering = new ArrayList<String>();
      for (int i = 0; i < others.size(); i++) {
        switch (asked.get(i).join()) {
          case SILENT -> silent.add(others.get(i));
          case ANSWERING -> answering.add(others.get(i));
          case NOBODY -> {}
        }
      }
      return new JoinFailure(silent, answering);
    } finally {
      threads.shutdown();
    }
  }

  /**
   * One sentence for the operator.
   *
   * @param reason what the cluster manager says
   */
  String message(String reason) {
    String start = "this node could not join its cluster: ";
    if (!silent.isEmpty()) {
      return start
          + "member "
          + String.join(", ", silent)
          + " holds its port and does not answer; end that process, or start it again";
    }
    if (!answering.isEmpty()) {
      return start
          + "member "
          + String.join(", ", answering)
          + " answers, and did not admit it in time; if the log of a member shows OutOfMemoryError"
          + " or long pauses, start that one again; else compare cluster-name, cluster-secret and"
          + " versions";
    }
    return start + "no other member answers (" + reason + "); the log tells more";
  }

  private static State ask(String member, byte[] greeting) {
    // A Hazelcast file may name hosts without ports, and ranges.
    if (!member.matches(".*:[0-9]{1,5}")) return State.NOBODY;
    int colon = member.lastIndexOf(':');
    String host = member.substring(0, colon).replaceAll("[\\[\\]]", "");
    try (var socket = new Socket()) {
      int port = Integer.parseInt(member.substring(colon + 1));
      socket.connect(new InetSocketAddress(host, port), CONNECT_MILLIS);
      socket.setSoTimeout(ANSWER_MILLIS);
      byte[] expected = greeting.length > 0 ? greeting : LocalNodeDiscovery.MEMBER_PROTOCOL;
      if (greeting.length == 0) socket.getOutputStream().write(expected);
      byte[] answer = socket.getInputStream().readNBytes(expected.length);
      return Arrays.equals(answer, expected) ? State.ANSWERING : State.NOBODY;
    } catch (SocketTimeoutException late) {
      return State.SILENT;
    } catch (IOException | IllegalArgumentException refused) {
      return State.NOBODY;
    }
  }
}
