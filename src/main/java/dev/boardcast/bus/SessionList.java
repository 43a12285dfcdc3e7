package dev.boardcast.bus;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * Sessions of one node in the order of their ids, in response to a {@link SessionRequest}.
 *
 * @param request id of the request
 * @param more whether the node has more after these
 */
public record SessionList(UUID request, String node, List<Entry> sessions, boolean more) {
  /**
   * One session.
   *
   * @param user null for one without a token
   * @param address of the client, as trusted proxies give it
   * @param transport {@code websocket} or {@code sse}
   * @param topics the first of its topics by name
   * @param topicCount how many it has
   * @param userAgent as the client names itself, shortened; null when it does not
   * @param tokenId the id of its token; null when the token has none
   * @param keyId the key that signed its token; null without a token
   * @param bytes that wait for the client to read
   * @param lagMs for how long messages have waited
   */
  public record Entry(
      String session,
      String user,
      String address,
      String transport,
      Instant since,
      List<String> topics,
      int topicCount,
      String userAgent,
      String tokenId,
      String keyId,
      int bytes,
      long lagMs) {
    public Entry {
      topics = List.copyOf(topics);
    }
  }

  public SessionList {
    sessions = List.copyOf(sessions);
  }
}
