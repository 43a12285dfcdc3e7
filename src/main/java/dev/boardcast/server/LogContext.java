package dev.boardcast.server;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import dev.boardcast.web.audit.RequestContext;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.MDCAdapter;

/**
 * Adds the id of the request that a thread works for to the lines that it logs, as {@code request}
 * of the mapped diagnostic context. The work of a request changes threads and shares them, so it is
 * looked up in the context of Vert.x, and only when a line is written. Thread safe.
 */
final class LogContext extends LogbackMDCAdapter {
  private static final String REQUEST = "request";

  private final LogbackMDCAdapter others;

  private LogContext(LogbackMDCAdapter others) {
    this.others = others;
  }

  /**
   * Begins to name requests.
   *
   * @return ends it, so that a command which another program ran leaves nothing behind
   */
  static Runnable install() {
    if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext logging)) return () -> {};
    MDCAdapter before = logging.getMDCAdapter();
    if (!(before instanceof LogbackMDCAdapter others)) return () -> {};
    logging.setMDCAdapter(new LogContext(others));
    return () -> logging.setMDCAdapter(before);
  }

  @Override
  public Map<String, String> getPropertyMap() {
    Map<String, String> known = others.getPropertyMap();
    String id = RequestContext.id();
    if (id == null) return known;
    if (known == null || known.isEmpty()) return Map.of(REQUEST, id);
    var all = new HashMap<>(known);
    all.put(REQUEST, id);
    return all;
  }

  @Override
  public Map<String, String> getCopyOfContextMap() {
    Map<String, String> known = getPropertyMap();
    return known == null ? null : new HashMap<>(known);
  }
}
