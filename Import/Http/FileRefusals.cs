using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace CareerPlatform.Import;

/// <summary>Answers a file that cannot be read with problem details: stable code, Vietnamese title, English detail, and where reading stopped.</summary>
public static class FileRefusals
{
    public static RouteHandlerBuilder RefusesFiles(this RouteHandlerBuilder route) => route
        .AddEndpointFilter(async (context, next) =>
        {
            try
            {
                return await next(context);
            }
            catch (FileRefused refused)
            {
                throw Answer(refused);
            }
        })
        .Accepts<IFormFile>("*/*")   // what a file is, its bytes say
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    public static RuleBroken Answer(FileRefused refused)
    {
        var detail = refused.DetailEn
            + (refused.ByteOffset is { } offset ? $" (byte {offset})" : "")
            + (refused.Expected.Count > 0 ? $" Expected: {string.Join(", ", refused.Expected)}." : "")
            + (refused.Found.Count > 0 ? $" Found: {string.Join(", ", refused.Found)}." : "");
        var answer = new RuleBroken(refused.Code, refused.TitleVi, detail, refused.Status);
        return refused.Row is { } row ? answer.With(new Fault(null, row, null, refused.Code, null)) : answer;
    }
}
