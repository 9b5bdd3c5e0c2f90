# torchvision's ImageFolder and RandomResizedCrop with Pillow in PyTorch's DataLoader, a worker a core; pixels stay uint8.
import sys
import time

import torch
from torchvision import datasets, transforms

folder, cores, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
BATCH = 32


def main():
    torch.set_num_threads(1)
    steps = transforms.Compose([transforms.RandomResizedCrop(224), transforms.RandomHorizontalFlip(), transforms.PILToTensor()])
    images = datasets.ImageFolder(folder + "/train", steps)
    # Long enough that the workers are never started anew.
    sampler = torch.utils.data.RandomSampler(images, replacement=True, num_samples=10**7)
    loader = iter(torch.utils.data.DataLoader(images, BATCH, sampler=sampler, num_workers=cores, drop_last=True))

    def run(duration):
        began, count = time.perf_counter(), 0
        while time.perf_counter() - began < duration:
            next(loader)
            count += BATCH
        return count / (time.perf_counter() - began)

    run(1)
    print(run(seconds), flush=True)


main()
