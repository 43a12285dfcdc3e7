package dev.boardcast.gateway.autobahn;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A case of the suite.
 *
 * @param id its number there
 * @param offers of extensions
 */
record Case(String id, List<String> offers, Script script) {
  /** How the server behaved, in the words of the suite. */
  enum Behavior {
    OK,
    NON_STRICT,
    UNIMPLEMENTED,
    INFORMATIONAL
  }

  /** Runs a case on an open connection; throws what went wrong. */
  @FunctionalInterface
  interface Script {
    Behavior run(Peer peer) throws IOException;
  }

  /** What is sent first. */
  @FunctionalInterface
  interface Opening {
    void send(Peer peer) throws IOException;
  }

  Behavior run(int port) throws IOException {
    try (var peer = new Peer(port, offers)) {
      return script.run(peer);
    }
  }

  @Override
  public String toString() {
    return id;
  }

  static Case of(String id, Script script) {
    return new Case(id, List.of(), script);
  }

  /** The server echoes or answers; then the client closes with 1000. */
  static Case answered(String id, Opening opening, Peer.Event... expected) {
    return of(
        id,
        peer -> {
          opening.send(peer);
          for (Peer.Event event : expected) expect(event, peer);
          return closed(peer);
        });
  }

  /** The server answers what came first, and fails the connection with that code. */
  static Case failed(String id, int code, Opening opening, Peer.Event... expected) {
    return of(
        id,
        peer -> {
          opening.send(peer);
          for (Peer.Event event : expected) expect(event, peer);
          failed(peer, code);
          return Behavior.OK;
        });
  }

  /** The client closes, and the server answers with one of the codes, -1 for none. */
  static Case closing(String id, Set<Integer> codes, boolean clean, Opening opening) {
    return of(
        id,
        peer -> {
          opening.send(peer);
          Peer.Event close = peer.next();
          if (close == Peer.END && !clean) return Behavior.OK;
          if (close.opcode() != Peer.CLOSE || !codes.contains(close.code())) throw wrong(close);
          expectEnd(peer);
          return Behavior.OK;
        });
  }

  static void expect(Peer.Event expected, Peer peer) throws IOException {
    Peer.Event event = peer.next();
    if (!event.isSame(expected)) {
      throw new AssertionError("expected " + expected + ", was " + event);
    }
  }

  /** The client closes; nothing comes before the server's answer. */
  static Behavior closed(Peer peer) throws IOException {
    peer.close(1000, new byte[0]).flush();
    Peer.Event close = peer.next();
    if (close.opcode() != Peer.CLOSE || close.code() != 1000) throw wrong(close);
    expectEnd(peer);
    return Behavior.OK;
  }

  /** The server closes; the client answers. */
  static void failed(Peer peer, int code) throws IOException {
    Peer.Event close = peer.next();
    if (close.opcode() != Peer.CLOSE || close.code() != code) throw wrong(close);
    if (!peer.sentClose()) peer.close(code, new byte[0]).flush();
    expectEnd(peer);
  }

  private static void expectEnd(Peer peer) throws IOException {
    Peer.Event end = peer.next();
    if (end != Peer.END) throw wrong(end);
  }

  static AssertionError wrong(Peer.Event event) {
    return new AssertionError("not expected: " + event);
  }

  static byte[] repeated(String pattern, int size) {
    return repeated(pattern.getBytes(StandardCharsets.ISO_8859_1), size);
  }

  static byte[] repeated(byte[] pattern, int size) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) bytes[i] = pattern[i % pattern.length];
    return bytes;
  }

  /** Numbers cases that differ by one value: {@code 7.7.1}, {@code 7.7.2} … */
  static <T> List<Case> numbered(
      String section, List<T> values, java.util.function.BiFunction<String, T, Case> make) {
    var cases = new ArrayList<Case>();
    for (T value : values) cases.add(make.apply(section + (cases.size() + 1), value));
    return cases;
  }
}
