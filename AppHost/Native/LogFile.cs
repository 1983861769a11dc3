namespace CareerPlatform.AppHost.Native;

/// <summary>The log of one resource. A new run, or 20 MB, begins a new file; the one before is kept.</summary>
public sealed class LogFile : IDisposable
{
    private const long Limit = 20 * 1024 * 1024;
    private readonly Lock gate = new();
    private readonly Queue<string> tail = new();
    private StreamWriter? writer;

    public LogFile(string path)
    {
        FilePath = path;
        Open();
    }

    public string FilePath { get; }

    /// <summary>The last lines, for a message that must not send the reader to the file.</summary>
    public IReadOnlyList<string> Tail
    {
        get
        {
            lock (gate) return [.. tail];
        }
    }

    public void Write(string line)
    {
        lock (gate)
        {
            tail.Enqueue(line);
            if (tail.Count > 15) tail.Dequeue();
            if (writer is null) return;
            writer.WriteLine(line);
            writer.Flush();
            if (writer.BaseStream.Position > Limit) Open();
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            writer?.Dispose();
            writer = null;
        }
    }

    private void Open()
    {
        writer?.Dispose();
        Directory.CreateDirectory(Path.GetDirectoryName(FilePath)!);
        if (File.Exists(FilePath)) File.Move(FilePath, Path.ChangeExtension(FilePath, ".1.log"), overwrite: true);
        writer = new StreamWriter(new FileStream(FilePath, FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete));
    }
}
