package dev.boardcast.server;

import io.vertx.core.transport.Transport;
import java.util.Locale;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/** How sockets are served. What this machine does not have gives way to NIO, with a warning. */
public enum NativeTransports {
  /** The system's own, epoll or kqueue, where there is one. */
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
    if (this != AUTO) {
      // Not a constant: settings are read before logs are set up.
      LoggerFactory.getLogger(NativeTransports.class)
          .warn(
              "transport {} is not to be had here, so it is nio: {}",
              name().toLowerCase(Locale.ROOT),
              wanted == null ? "no library" : String.valueOf(wanted.unavailabilityCause()));
    }
    return Transport.NIO;
  }
}
