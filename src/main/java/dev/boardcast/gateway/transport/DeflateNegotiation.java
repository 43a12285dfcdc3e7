package dev.boardcast.gateway.transport;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Answers offers of permessage-deflate (RFC 7692, 7). Neither side keeps a window between messages,
 * so that one compressor serves all sessions of an event loop and a message is compressed once for
 * all its receivers.
 *
 * <table>
 * <caption>Parameters</caption>
 * <tr><td>{@code server_no_context_takeover}, {@code client_no_context_takeover}</td>
 *     <td>always in the answer</td></tr>
 * <tr><td>{@code server_max_window_bits=15}</td><td>repeated in the answer</td></tr>
 * <tr><td>{@code server_max_window_bits} below 15</td>
 *     <td>declines the offer: Java's compressor has no smaller window</td></tr>
 * <tr><td>{@code client_max_window_bits=8} to {@code 15}</td>
 *     <td>repeated in the answer; without a value omitted</td></tr>
 * <tr><td>unknown, repeated, or with an invalid value</td><td>declines the offer</td></tr>
 * </table>
 */
final class DeflateNegotiation {
  private static final String NAME = "permessage-deflate";
  private static final String SERVER_NO_CONTEXT = "server_no_context_takeover";
  private static final String CLIENT_NO_CONTEXT = "client_no_context_takeover";
  private static final String SERVER_BITS = "server_max_window_bits";
  private static final String CLIENT_BITS = "client_max_window_bits";
  private static final Set<String> BITS = Set.of("8", "9", "10", "11", "12", "13", "14", "15");

  private DeflateNegotiation() {}

  /**
   * The answer to the first offer that can be accepted; empty where none can.
   *
   * @param lines of the header {@code Sec-WebSocket-Extensions}
   * @throws IllegalArgumentException when a line does not have the form of the header
   */
  static Optional<String> answer(List<String> lines) {
    return ExtensionOffer.parse(lines).stream()
        .filter(offer -> offer.name().equalsIgnoreCase(NAME) && isAcceptable(offer))
        .findFirst()
        .map(DeflateNegotiation::answer);
  }

  private static String answer(ExtensionOffer offer) {
    var answer = new StringBuilder(NAME);
    answer.append("; ").append(SERVER_NO_CONTEXT).append("; ").append(CLIENT_NO_CONTEXT);
    for (ExtensionOffer.Parameter each : offer.parameters()) {
      if (each.value() != null)
        answer.append("; ").append(each.name()).append('=').append(each.value());
    }
    return answer.toString();
  }

  private static boolean isAcceptable(ExtensionOffer offer) {
    var seen = new HashSet<String>();
    for (ExtensionOffer.Parameter each : offer.parameters()) {
      if (!seen.add(each.name()) || !isAcceptable(each)) return false;
    }
    return true;
  }

  private static boolean isAcceptable(ExtensionOffer.Parameter parameter) {
    String value = parameter.value();
    return switch (parameter.name()) {
      case SERVER_NO_CONTEXT, CLIENT_NO_CONTEXT -> value == null;
      case SERVER_BITS -> "15".equals(value);
      case CLIENT_BITS -> value == null || BITS.contains(value);
      default -> false;
    };
  }
}
