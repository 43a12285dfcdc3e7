package dev.boardcast.example;

import dev.boardcast.spi.Setting;
import dev.boardcast.spi.SettingGroup;
import java.time.Duration;

/** The settings of the board. */
@SettingGroup("Deploys board")
public record DeploysConfig(
    @Setting(
            key = "deploys-slow-after",
            defaultValue = "10m",
            min = "1s",
            description = "Mean duration of deployments above which a service counts as slow.")
        Duration slowAfter) {}
