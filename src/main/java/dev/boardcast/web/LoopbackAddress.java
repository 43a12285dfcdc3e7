package dev.boardcast.web;

import java.net.InetAddress;
import java.util.Locale;

/** Tells addresses of the machine itself from others, without looking names up. */
public final class LoopbackAddress {
  private LoopbackAddress() {}

  /**
   * Whether it is {@code localhost}, a name below it, an address of {@code 127.0.0.0/8}, or {@code
   * ::1}.
   *
   * @param host a name or an address, IPv6 with brackets or without
   */
  public static boolean matches(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    return name.equals("localhost")
        || name.endsWith(".localhost")
        || IpAddress.parse(name).map(InetAddress::isLoopbackAddress).orElse(false);
  }
}
