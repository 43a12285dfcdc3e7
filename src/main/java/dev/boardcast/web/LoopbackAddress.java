package dev.boardcast.web;

import io.netty.util.NetUtil;
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
    String bare = host.replaceFirst("^\\[(.*)]$", "$1").toLowerCase(Locale.ROOT);
    if (bare.equals("localhost") || bare.endsWith(".localhost")) return true;
    byte[] address = NetUtil.createByteArrayFromIpAddressString(bare);
    if (address == null) return false;
    if (address.length == 4) return address[0] == 127;
    for (int i = 0; i < 15; i++) {
      if (address[i] != 0) return false;
    }
    return address[15] == 1;
  }
}
