package dev.boardcast.boards.tasks;

import dev.boardcast.spi.FieldRules;
import dev.boardcast.spi.InvalidSettingException;
import dev.boardcast.spi.Setting;
import dev.boardcast.spi.SettingGroup;
import java.time.Duration;
import java.util.List;

/** When and where assignees are reminded of their tasks. */
@SettingGroup("Tasks")
public record TasksConfig(
    @Setting(
            key = "tasks-due-soon",
            defaultValue = "24h",
            min = "0s",
            max = "30d",
            description =
                "How long before a task is due its assignee is reminded; 0s for not at all.")
        Duration dueSoon,
    @Setting(
            key = "tasks-reminder-channels",
            defaultValue = "",
            pattern = FieldRules.ID,
            expected = EXPECTED,
            description =
                "Channels of alerts that tell reminders too, beside the assignee's stream: ids, separated by commas.")
        List<String> reminderChannels) {
  public static final TasksConfig DEFAULTS = new TasksConfig(Duration.ofHours(24), List.of());

  /** Most channels: each reminder is a message to each. */
  private static final int MAX_CHANNELS = 5;

  private static final String EXPECTED = "at most 5 ids of channels, separated by commas";

  public TasksConfig {
    reminderChannels = List.copyOf(reminderChannels);
    if (reminderChannels.size() > MAX_CHANNELS) {
      throw new InvalidSettingException("tasks-reminder-channels", EXPECTED);
    }
  }
}
