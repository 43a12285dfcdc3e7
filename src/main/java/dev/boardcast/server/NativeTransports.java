package dev.boardcast.server;

import io.vertx.core.transport.Transport;
import java.util.Locale;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/** The setting for Vert.x's transport; NIO, with a warning, where the machine lacks the one set. */
public enum NativeTransports {
  /** The native transport of the operating system, epoll or kqueue, if it has one. */
  AUTO,
  EPOLL,
  IO_URING,
  NIO;

  public static NativeTransports parse(String text) {
    return Stream.of(values())
        .filter(one -> one.name().toLowerCase(Locale.ROOT).equals(text))
        .findFirst()
        .orElseThrow(IllegalArgumentException::new);
  }

  Transport find() {
    Transport wanted =
        switch (this) {
          case AUTO -> Transport.nativeTransport();
          case EPOLL -> Transport.EPOLL;
          case IO_URING -> Transport.IO_URING;
          case NIO -> Transport.NIO;
        };
    if (wanted != null && wanted.available()) return wanted;
    // AUTO finds none where the operating system has none; one that does not load is a fault.
    if (this != AUTO || wanted != null) {
      // No static field: settings are parsed before logging is configured.
      LoggerFactory.getLogger(NativeTransports.class)
          .warn(
              "Transport {} is not available, using nio: {}",
              wanted == null ? name().toLowerCase(Locale.ROOT) : wanted.name(),
              wanted == null ? "no library" : String.valueOf(wanted.unavailabilityCause()));
    }
    return Transport.NIO;
  }
}
