using System.Text;
using CareerPlatform.Import;

namespace CareerPlatform.Schools.Tests.Import;

/// <summary>Measures the process's memory, so nothing else may run beside it.</summary>
[CollectionDefinition("memory", DisableParallelization = true)]
public sealed class MemoryCollection;

[Collection("memory")]
public sealed class MemoryTests
{
    [Fact]
    public void What_is_held_in_memory_does_not_grow_with_the_rows()
    {
        var text = new StringBuilder("SBD,Họ và tên,Ngày sinh,Trường,Toán\n");
        for (var i = 0; i < 150_000; i++) text.Append($"{i:000000},Nguyễn Thị Ánh,17/02/2009,THCS Số {i % 400},7.5\n");
        using var stream = Files.Text(text.ToString());

        using var table = TableFile.Open(stream);
        var held = new List<long>();
        foreach (var row in table.Rows())
        {
            row.IsReadable.ShouldBeTrue();
            if (row.SourceRow % 50_000 == 0) held.Add(GC.GetTotalMemory(true));
        }

        held.Count.ShouldBe(3);
        (held[2] - held[0]).ShouldBeLessThan(8 << 20);
    }
}
