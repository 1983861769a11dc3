using System.Diagnostics;

namespace CareerPlatform.AppHost.Native;

/// <summary>Ends what a test process started, and removes its folders, when that process dies in whatever way.</summary>
/// <remarks>A shell that holds one end of a pipe: the pipe closes with the process, also under kill -9. The host of `./run` needs none: its next start cleans up.</remarks>
public static class Guardian
{
    const string Script = """
        trap '' INT TERM HUP
        marks=' '; folders=''
        while read -r verb what; do
          case $verb in
            watch) marks="$marks$what " ;;
            forget) marks="${marks%% "$what" *} ${marks#* "$what" }" ;;
            folder) folders="$folders $what" ;;
          esac
        done
        for mark in $marks; do
          pid=${mark%:*}
          stat=$(cat "/proc/$pid/stat" 2>/dev/null) || continue
          set -- ${stat##*) }
          [ "${20}" = "${mark#*:}" ] && kill -9 "-$pid" 2>/dev/null
        done
        for folder in $folders; do
          case $folder in /tmp/careerplatform-*|/var/tmp/careerplatform-*) rm -rf "$folder" ;; esac
        done
        """;

    static StreamWriter? pipe;

    /// <summary>From here on, every process this one starts is watched.</summary>
    public static void Begin()
    {
        lock (Script)
        {
            if (pipe is not null) return;
            var start = new ProcessStartInfo("setsid") { RedirectStandardInput = true };
            foreach (var argument in (string[])["/bin/sh", "-c", Script, "careerplatform-guardian"]) start.ArgumentList.Add(argument);
            pipe = Process.Start(start)!.StandardInput;
            pipe.AutoFlush = true;
        }
    }

    /// <summary>A folder of ours under the temporary folder, removed at the end.</summary>
    public static void Remove(string folder) => Say($"folder {folder}");

    internal static void Watch(ProcessMark mark) => Say($"watch {mark.Pid}:{mark.StartedTicks}");

    internal static void Forget(ProcessMark mark) => Say($"forget {mark.Pid}:{mark.StartedTicks}");

    static void Say(string line)
    {
        lock (Script)
        {
            try
            {
                pipe?.WriteLine(line);
            }
            catch (IOException)
            {
                pipe = null;
            }
        }
    }
}
