package dev.boardcast.admin;

import dev.boardcast.spi.Setting;
import dev.boardcast.spi.SettingGroup;
import dev.boardcast.web.CidrBlock;
import java.util.List;
import java.util.Optional;

/** Where administration is served, and who may read the meters. */
@SettingGroup("Administration")
public record AdminConfig(
    @Setting(
            key = "admin-port",
            min = "1",
            max = "65535",
            expected = "a port, or nothing",
            description =
                "Port of its own for /metrics, /admin and the admin API, which the other ports no"
                    + " longer serve; if empty, http-port serves them.")
        Optional<Integer> port,
    @Setting(
            key = "admin-host",
            defaultValue = "127.0.0.1",
            expected = "an address of this machine, or 0.0.0.0 for all",
            description = "Address of admin-port.")
        String host,
    @Setting(
            key = "metrics-allow",
            defaultValue = "127.0.0.0/8,::1",
            expected = "addresses or networks such as 10.0.0.0/8, separated by commas",
            description =
                "Peers that may read /metrics without a token, if their request came through no"
                    + " proxy; others need the role viewer.")
        List<CidrBlock> metricsAllow) {}
