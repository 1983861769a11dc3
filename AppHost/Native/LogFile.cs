namespace CareerPlatform.AppHost.Native;

/// <summary>The log of one resource. A new run, or 20 MB, begins a new file; the one before is kept. Lines that the disk does not take are lost, and nothing else.</summary>
public sealed class LogFile : IDisposable
{
    private const long Limit = 20 * 1024 * 1024;
    private readonly Lock gate = new();
    private readonly Queue<string> tail = new();
    private StreamWriter? writer;
    private bool closed;

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
            if (closed) return;
            try
            {
                if (writer is null) Open();
                writer!.WriteLine(line);
                writer.Flush();
                if (writer.BaseStream.Position > Limit) Open();
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
            {
                // No room (the last one: the file may not grow). The next line is tried again.
            }
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            Close();
            closed = true;
        }
    }

    private void Close()
    {
        try
        {
            writer?.Dispose();
        }
        catch (IOException)
        {
            // What was still to be written is lost.
        }

        writer = null;
    }

    private void Open()
    {
        Close();
        Directory.CreateDirectory(Path.GetDirectoryName(FilePath)!);
        if (File.Exists(FilePath)) File.Move(FilePath, Path.ChangeExtension(FilePath, ".1.log"), overwrite: true);
        writer = new StreamWriter(new FileStream(FilePath, FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0));
    }
}
